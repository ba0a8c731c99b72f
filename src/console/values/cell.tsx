import { type AttributeValue, type Item, partsOf } from './attribute-value.ts';
import { bytesIn } from './item-size.ts';

const LONGEST = 120;
const SHOWN_ELEMENTS = 4;

/** A value in a cell: every digit of a number, long values folded, and nothing of it markup. */
export function Cell({ value }: { value: AttributeValue | undefined }) {
  if (value === undefined) return <span class="none">—</span>;
  const [type] = partsOf(value);
  const text = brief(value);
  return (
    <span class={`value ${type}`} title={text.length > LONGEST ? undefined : text}>
      {text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}
    </span>
  );
}

/** A value on one line. */
export function brief(value: AttributeValue): string {
  const [type, held] = partsOf(value);
  switch (type) {
    case 'S':
    case 'N':
    case 'BOOL':
      return String(held);
    case 'NULL':
      return 'null';
    case 'B':
      return `${bytesIn(held as string)} bytes`;
    case 'SS':
    case 'NS':
      return `{${folded(held as string[])}}`;
    case 'BS':
      return `{${(held as string[]).length} binaries}`;
    case 'L':
      return `[${folded((held as AttributeValue[]).map(brief))}]`;
    case 'M':
      return `{${folded(Object.entries(held as Item).map(([name, member]) => `${name}: ${brief(member)}`))}}`;
  }
}

function folded(texts: string[]): string {
  if (texts.length <= SHOWN_ELEMENTS) return texts.join(', ');
  return `${texts.slice(0, SHOWN_ELEMENTS).join(', ')}, … ${texts.length}`;
}
