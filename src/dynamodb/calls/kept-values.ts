import { isJsonObject, type JsonObject, parseJsonObject } from '../../json/parse.ts';
import { decodeAnswer } from '../lean/decode.ts';

/** What an answer holds, and what of it the SDK is given. */
export interface Kept {
  /** Members for what the SDK returns or throws. */
  members: JsonObject;
  /** The body without them. */
  rest: Buffer;
}

/** The operations whose answers hold items. */
const OF_ITEMS = /Items?$|^(?:Query|Scan|SearchVectors)$/;

/**
 * Reads an answer that holds items in the SDK's place, which loses attributes named `__proto__` and
 * believes values of no type; undefined for other answers. Throws for what is no answer.
 */
export function keepOutput(operation: string, body: Buffer): Kept | undefined {
  if (!OF_ITEMS.test(operation)) return undefined;
  return { members: decodeAnswer(body), rest: Buffer.from('{}') };
}

/** Keeps the items in an exception, as they came; undefined where it has none. */
export function keepItems(body: Buffer): Kept | undefined {
  const exception = parseJsonObject(body.toString());
  const { Item: item, CancellationReasons: reasons, ...others } = exception;
  if (item === undefined && reasons === undefined) return undefined;
  const listed = Array.isArray(reasons)
    ? reasons.map((reason) => (isJsonObject(reason) ? reason : {}))
    : undefined;
  const members = {
    ...(isJsonObject(item) && { Item: item }),
    ...(listed && { CancellationReasons: listed }),
  };
  // The codes of the reasons decide whether there is another attempt.
  const rest = { ...others, CancellationReasons: listed?.map(({ Item, ...reason }) => reason) };
  return { members, rest: Buffer.from(JSON.stringify(rest)) };
}
