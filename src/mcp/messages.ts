import { isJsonObject } from '../json/parse.ts';
import { fromText } from '../tools/json-text.ts';
import { withStandIns } from './exact-ids.ts';

/** A message as the SDK takes it: with ids of its kind, and with arguments that are an object. */
export function readMessage(message: unknown): unknown {
  return Array.isArray(message) ? message.map(readOne) : readOne(message);
}

function readOne(message: unknown): unknown {
  const read = withStandIns(message);
  if (!isJsonObject(read) || !isJsonObject(read.params)) return read;
  const { arguments: given } = read.params;
  const encoded = typeof given === 'string' ? fromText(given, 'object') : undefined;
  return encoded ? { ...read, params: { ...read.params, arguments: encoded } } : read;
}
