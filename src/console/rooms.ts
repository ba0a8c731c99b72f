import type { ComponentType } from 'preact';
import { Explore } from './explore/explore.tsx';
import type { Session } from './service.ts';
import type { Table } from './table.ts';

/** What every room is given. */
export interface RoomProps {
  table: Table;
  session: Session;
}

/** The rooms of the page, in their order. */
export const ROOMS = {
  explore: { title: 'Explore', view: Explore },
} satisfies Record<string, { title: string; view: ComponentType<RoomProps> }>;

export type RoomName = keyof typeof ROOMS;

const FIRST: RoomName = 'explore';

/** The room that the address names, as in `#explore`; the first where it names none. */
export function roomInAddress(): RoomName {
  const [name = ''] = location.hash.slice(1).split('?');
  return Object.hasOwn(ROOMS, name) ? (name as RoomName) : FIRST;
}
