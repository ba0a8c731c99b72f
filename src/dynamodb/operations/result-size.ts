import { ServiceError } from '../../errors.ts';
import type { JsonObject } from '../../json/parse.ts';

/** How many of the items, written as JSON, fit into so many bytes; throws when not even one does. */
export function withinBytes(items: JsonObject[], maxBytes: number): number {
  let bytes = 0;
  for (const [index, item] of items.entries()) {
    bytes += sizeOf(item) + 1;
    if (bytes <= maxBytes) continue;
    if (index === 0) throw tooLarge(bytes, maxBytes);
    return index;
  }
  return items.length;
}

/** Refuses one item that is larger than a result may be. */
export function refuseLargeItem(item: JsonObject, maxBytes: number | undefined): void {
  if (maxBytes === undefined) return;
  const bytes = sizeOf(item);
  if (bytes > maxBytes) throw tooLarge(bytes, maxBytes);
}

function sizeOf(item: JsonObject): number {
  return Buffer.byteLength(JSON.stringify(item));
}

function tooLarge(bytes: number, maxBytes: number): ServiceError {
  return new ServiceError(
    'TooLarge',
    `The next item alone has ${bytes} bytes, more than the ${maxBytes} of a result: ask for some of its attributes with projection_expression.`,
  );
}
