import type { TableRoomProps } from '../room.tsx';
import { mayUse } from '../session.ts';
import { ExportForm } from './export-form.tsx';
import { ImportForm } from './import-form.tsx';

/** Moves many items: out of the table into a file, and back. */
export function Bulk({ table, session }: TableRoomProps) {
  const mayExport = mayUse(session, 'scan');
  const mayImport = mayUse(session, 'put_item') || mayUse(session, 'batch_write_item');
  if (!mayExport && !mayImport)
    return <p class="empty">You may neither read the whole table here nor write to it.</p>;
  return (
    <div class="columns-two">
      {mayExport && <ExportForm table={table} />}
      {mayImport && <ImportForm table={table} />}
    </div>
  );
}
