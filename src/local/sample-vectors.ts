import { VECTOR_INDEX } from '../dynamodb/tables/table-definition.ts';

const LETTERS = 3;
const DIGITS = 1_000;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * A vector for a text by the three-letter pieces that it has: texts that share pieces are near each
 * other. It stands for that of an embedding model, which would know what the words mean.
 */
export function sampleVector(text: string, dimensions = VECTOR_INDEX.Dimensions): number[] {
  const padded = ` ${text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()} `;
  const counts = Array<number>(dimensions).fill(0);
  for (let at = 0; at + LETTERS <= padded.length; at++) {
    const place = hash(padded.slice(at, at + LETTERS)) % dimensions;
    counts[place] = (counts[place] ?? 0) + 1;
  }
  const length = Math.hypot(...counts) || 1;
  return counts.map((count) => Math.round((count / length) * DIGITS) / DIGITS);
}

/** FNV-1a of 32 bits. */
function hash(piece: string): number {
  let value = FNV_OFFSET;
  for (const byte of Buffer.from(piece)) value = Math.imul(value ^ byte, FNV_PRIME) >>> 0;
  return value;
}
