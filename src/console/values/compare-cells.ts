import { compareDecimals, parseDecimal } from '../../json/decimal.ts';
import { type AttributeValue, partsOf } from './attribute-value.ts';
import { brief } from './cell.tsx';

/** In which order values of different types stand. */
const ORDER = ['N', 'S', 'BOOL', 'NULL', 'B', 'SS', 'NS', 'BS', 'L', 'M'];

/** Orders what is shown: numbers by all their digits, texts by their letters, what is not there last. */
export function compareCells(
  one: AttributeValue | undefined,
  other: AttributeValue | undefined,
): number {
  if (!one || !other) return Number(!one) - Number(!other);
  const [type, held] = partsOf(one);
  const [otherType, otherHeld] = partsOf(other);
  if (type !== otherType) return ORDER.indexOf(type) - ORDER.indexOf(otherType);
  if (type === 'N') {
    const [a, b] = [parseDecimal(String(held)), parseDecimal(String(otherHeld))];
    return a && b ? compareDecimals(a, b) : 0;
  }
  return brief(one) < brief(other) ? -1 : Number(brief(one) > brief(other));
}
