/** List prices of on-demand capacity in us-east-1, in dollars for a million units; others differ. */
const DOLLARS_A_MILLION = { read: 0.125, write: 0.625 };
const MILLION = 1_000_000;

/** What a read unit reads consistently, and half of one does not, in bytes. */
export const READ_UNIT_BYTES = 4_096;
/** What a write unit writes, in bytes. */
export const WRITE_UNIT_BYTES = 1_024;

/** Whose units they are. */
export type UnitKind = keyof typeof DOLLARS_A_MILLION;

/** About what capacity units cost, in dollars. */
export function dollarsOf(units: number, kind: UnitKind): number {
  return (units * DOLLARS_A_MILLION[kind]) / MILLION;
}
