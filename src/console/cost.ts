import { dollarsOf, READ_UNIT_BYTES, type UnitKind, WRITE_UNIT_BYTES } from '../list-prices.ts';
import { counted } from './counted.ts';
import type { Table } from './table.ts';
import type { Item } from './values/attribute-value.ts';
import { itemSize } from './values/item-size.ts';

/** More than that DynamoDB does not read for a page. */
const PAGE_BYTES = 1_048_576;
/** Above so many units the console asks first. */
const ASKS_ABOVE_UNITS = 5_000;

/** What something will use, and what that costs at list price. */
export interface Estimate {
  readonly units: number;
  readonly dollars: number;
  /** Whether it is the most that it can be, since nobody knows how large the items are. */
  readonly isMost: boolean;
}

/** What reading a page of so many items costs. */
export function pageEstimate(table: Table, items: number, isConsistent = false): Estimate {
  const size = itemBytes(table);
  const bytes = size === undefined ? PAGE_BYTES : Math.min(items * size, PAGE_BYTES);
  const units = Math.ceil(bytes / READ_UNIT_BYTES) * (isConsistent ? 1 : 0.5);
  return priced(Math.max(units, 0.5), 'read', size === undefined);
}

/** What reading the whole table costs; undefined where nobody knows how large it is. */
export function tableEstimate(table: Table): Estimate | undefined {
  const { size_bytes, item_count } = table;
  const size = itemBytes(table);
  const bytes = size_bytes ?? (item_count && size ? item_count * size : undefined);
  return bytes === undefined ? undefined : priced((bytes / READ_UNIT_BYTES) * 0.5, 'read');
}

/** What writing these items, or deleting them, costs. */
export function writeEstimate(items: readonly Item[]): Estimate {
  const units = items.reduce((sum, item) => sum + writeUnits(itemSize(item)), 0);
  return priced(units, 'write');
}

/** What writing so many items of about so many bytes each costs. */
export function importEstimate(items: number, bytes: number): Estimate {
  return priced(items * writeUnits(bytes), 'write');
}

/** As a person reads it. */
export function estimateText(estimate: Estimate | undefined): string {
  if (!estimate) return 'an amount that cannot be estimated';
  const { units, dollars, isMost } = estimate;
  const cost = dollars < 0.01 ? 'under 1 ¢' : `about $${dollars.toFixed(2)}`;
  return `${isMost ? 'at most' : 'about'} ${counted(units, 'capacity unit')}, ${cost}`;
}

/** Whether somebody wants to go on with what costs much, or what nobody knows the costs of. */
export function isWanted(does: 'reads' | 'writes', estimate: Estimate | undefined): boolean {
  if (estimate && estimate.units <= ASKS_ABOVE_UNITS) return true;
  return confirm(`This ${does} ${estimateText(estimate)}. Go on?`);
}

/** The size of an item on average in bytes, as DynamoDB or what was read here tells; undefined where neither does. */
function itemBytes({ item_count, size_bytes, seen }: Table): number | undefined {
  if (item_count && size_bytes) return size_bytes / item_count;
  return seen.items > 0 ? seen.bytes / seen.items : undefined;
}

function writeUnits(bytes: number): number {
  return Math.ceil(bytes / WRITE_UNIT_BYTES);
}

function priced(units: number, kind: UnitKind, isMost = false): Estimate {
  return { units, dollars: dollarsOf(units, kind), isMost };
}
