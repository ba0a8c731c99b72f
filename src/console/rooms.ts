import type { ComponentType } from 'preact';
import { Access } from './access/access.tsx';
import { Bulk } from './bulk/bulk.tsx';
import { EntityMap } from './entities/entity-map.tsx';
import { Explore } from './explore/explore.tsx';
import { LiveCalls } from './live/live-calls.tsx';
import { Search } from './search/search.tsx';
import type { Session } from './service.ts';
import type { Table } from './table.ts';

/** What every room is given. */
export interface RoomProps {
  table: Table;
  session: Session;
}

/** The rooms of the page, in their order. */
export const ROOMS = {
  entities: { title: 'Entities', view: EntityMap },
  explore: { title: 'Explore', view: Explore },
  search: { title: 'Search', view: Search },
  bulk: { title: 'Import and export', view: Bulk },
  live: { title: 'Live calls', view: LiveCalls },
  access: { title: 'Access', view: Access },
} satisfies Record<string, { title: string; view: ComponentType<RoomProps> }>;

export type RoomName = keyof typeof ROOMS;

const FIRST: RoomName = 'entities';

/** The room that the address names, as in `#explore`; the first where it names none. */
export function roomInAddress(): RoomName {
  const [name = ''] = location.hash.slice(1).split('?');
  return Object.hasOwn(ROOMS, name) ? (name as RoomName) : FIRST;
}
