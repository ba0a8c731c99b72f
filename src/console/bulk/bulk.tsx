import type { RoomProps } from '../rooms.ts';
import { ExportForm } from './export-form.tsx';
import { ImportForm } from './import-form.tsx';

/** Moves many items: out of the table into a file, and back. */
export function Bulk({ table, session }: RoomProps) {
  return (
    <div class="columns-two">
      <ExportForm table={table} />
      {session.tools.includes('put_item') && <ImportForm table={table} />}
    </div>
  );
}
