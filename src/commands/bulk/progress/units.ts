import type { TableSize } from '../service.ts';

/** On demand in us-east-1, in dollars for a million units; others and provisioned capacity differ. */
const DOLLARS_A_MILLION = { read: 0.125, write: 0.625 };
const MILLION = 1_000_000;
/** What half a read unit, an eventually consistent one, reads. */
const BYTES_READ = 4_096;

/** Whose units they are. */
export type UnitKind = keyof typeof DOLLARS_A_MILLION;

/** About what capacity units cost. */
export function dollarsOf(units: number, kind: UnitKind): number {
  return (units * DOLLARS_A_MILLION[kind]) / MILLION;
}

/** The same for people, as `about $1.25`. */
export function costOf(units: number, kind: UnitKind): string {
  const dollars = dollarsOf(units, kind);
  return dollars > 0 && dollars < CENT ? 'less than $0.01' : `about $${dollars.toFixed(2)}`;
}

const CENT = 0.01;

/** What an export of a table would come to. */
export function estimateOf(size: TableSize | undefined): string {
  if (!size) return 'DynamoDB does not know yet how much there is in the table.';
  const units = Math.ceil(size.bytes / BYTES_READ) / 2;
  return `About ${size.items} items of ${size.bytes} bytes in all: ${units} read units, ${costOf(units, 'read')} on demand in us-east-1.`;
}
