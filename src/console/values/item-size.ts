import { type AttributeValue, type Item, partsOf } from './attribute-value.ts';

const CONTAINER_BYTES = 3;
const UTF_8 = new TextEncoder();

/** About how many bytes DynamoDB counts for an item: its names and its values. */
export function itemSize(item: Item): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + utf8Size(name) + valueSize(value),
    0,
  );
}

function valueSize(value: AttributeValue): number {
  const [type, held] = partsOf(value);
  switch (type) {
    case 'S':
    case 'N':
    case 'B':
      return scalarSize(type, held as string);
    case 'SS':
    case 'NS':
    case 'BS':
      return sum((held as string[]).map((each) => scalarSize(type, each)));
    case 'L':
      return CONTAINER_BYTES + sum((held as AttributeValue[]).map((each) => 1 + valueSize(each)));
    case 'M':
      return CONTAINER_BYTES + Object.keys(held as Item).length + itemSize(held as Item);
    default:
      return 1;
  }
}

function scalarSize(type: string, text: string): number {
  if (type.startsWith('N')) return Math.ceil(text.replace(/\D/g, '').length / 2) + 1;
  return type.startsWith('B') ? bytesIn(text) : utf8Size(text);
}

/** How many bytes a text in Base64 has. */
export function bytesIn(base64: string): number {
  return (base64.length / 4) * 3 - (base64.match(/=*$/)?.[0].length ?? 0);
}

function utf8Size(text: string): number {
  return UTF_8.encode(text).length;
}

function sum(sizes: number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
