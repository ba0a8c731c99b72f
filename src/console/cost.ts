import type { Table } from './table.ts';

/** List prices of on-demand capacity in us-east-1, in US dollars a million request units. */
const PRICES = { read: 0.125, write: 0.625 };
const READ_UNIT_BYTES = 4_096;
const WRITE_UNIT_BYTES = 1_024;
const PAGE_BYTES = 1_048_576;
const USUAL_ITEM_BYTES = 512;
/** Above so many units the console asks first. */
export const ASKS_ABOVE_UNITS = 5_000;

/** What something will use, and what that costs at list price. */
export interface Estimate {
  units: number;
  dollars: number;
}

/** The size of an item of a table, on average, in bytes. */
export function itemBytes({ item_count, size_bytes }: Table): number {
  if (!item_count || !size_bytes) return USUAL_ITEM_BYTES;
  return size_bytes / item_count;
}

/** What reading so many items costs, each of the table's usual size. */
export function readEstimate(table: Table, items: number, consistent = false): Estimate {
  const bytes = Math.min(items * itemBytes(table), PAGE_BYTES);
  return priced(Math.ceil(bytes / READ_UNIT_BYTES) * (consistent ? 1 : 0.5), PRICES.read);
}

/** What reading the whole table costs. */
export function tableEstimate({ size_bytes, item_count }: Table): Estimate {
  const bytes = size_bytes ?? (item_count ?? 0) * USUAL_ITEM_BYTES;
  return priced((bytes / READ_UNIT_BYTES) * 0.5, PRICES.read);
}

/** What writing so many items costs. */
export function writeEstimate(table: Table, items: number): Estimate {
  return priced(items * Math.ceil(itemBytes(table) / WRITE_UNIT_BYTES), PRICES.write);
}

/** As a person reads it. */
export function estimateText({ units, dollars }: Estimate): string {
  const cost = dollars < 0.01 ? 'under 1 ¢' : `about $${dollars.toFixed(2)}`;
  return `about ${Math.max(units, 0.5).toLocaleString('en')} units, ${cost}`;
}

function priced(units: number, price: number): Estimate {
  return { units, dollars: (units * price) / 1_000_000 };
}
