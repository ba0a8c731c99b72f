import type { ComponentType } from 'preact';
import { Failure } from './parts.tsx';
import type { ServiceFailure } from './service.ts';
import type { Session } from './session.ts';
import type { Table } from './table.ts';

/** What every room is given. */
export interface RoomProps {
  session: Session;
  /** Undefined until it is described. */
  table: Table | undefined;
  /** Why it cannot be. */
  failure: ServiceFailure | undefined;
  onDescribe: () => void;
}

/** What a room of one table is given. */
export interface TableRoomProps {
  session: Session;
  table: Table;
}

/** A room that opens once its table is described, and says why where it cannot be. */
export function roomOfTable(View: ComponentType<TableRoomProps>): ComponentType<RoomProps> {
  return ({ session, table, failure, onDescribe }) => {
    if (table) return <View session={session} table={table} />;
    return failure ? (
      <Failure failure={failure} onAgain={onDescribe} />
    ) : (
      <p class="waiting">Loading…</p>
    );
  };
}
