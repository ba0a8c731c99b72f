import { dollarsOf, READ_UNIT_BYTES, type UnitKind } from '../../../list-prices.ts';
import type { TableSize } from '../service.ts';

/** What capacity units cost, for people, as `about $1.25`. */
export function costOf(units: number, kind: UnitKind): string {
  const dollars = dollarsOf(units, kind);
  return dollars > 0 && dollars < CENT ? 'less than $0.01' : `about $${dollars.toFixed(2)}`;
}

const CENT = 0.01;

/** What an export of a table would come to. */
export function estimateOf(size: TableSize | undefined): string {
  if (!size) return 'DynamoDB does not know yet how much there is in the table.';
  const units = Math.ceil(size.bytes / READ_UNIT_BYTES) / 2;
  return `About ${size.items} items of ${size.bytes} bytes in all: ${units} read units, ${costOf(units, 'read')} on demand in us-east-1.`;
}
