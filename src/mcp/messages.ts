import { isJsonObject, type JsonObject } from '../json/parse.ts';
import { fromText } from '../tools/json-text.ts';
import { withStandIns } from './exact-ids.ts';
import { refuseLargeBatch, refuseLargeMessage, refuseWrongParams } from './message-bounds.ts';

/**
 * A message, or a batch of them, as the SDK takes it: with ids of its kind, without params that are
 * null, and with arguments that are an object. Throws RefusedMessage.
 */
export function readMessage(message: unknown): unknown {
  if (!Array.isArray(message)) return readOne(message);
  refuseLargeBatch(message);
  return message.map(readOne);
}

function readOne(message: unknown): unknown {
  refuseLargeMessage(message);
  const read = withStandIns(message);
  if (!isJsonObject(read)) return read;
  const ready = withParams(read);
  refuseWrongParams(ready);
  return ready;
}

function withParams(message: JsonObject): JsonObject {
  if (message.params === null) {
    const { params, ...rest } = message;
    return rest;
  }
  if (!isJsonObject(message.params)) return message;
  const { params } = message;
  const { arguments: given } = params;
  const encoded = typeof given === 'string' ? fromText(given, 'object') : undefined;
  const entries = Object.entries(params);
  if (!encoded && entries.every(([, value]) => value !== null)) return message;
  const present = Object.fromEntries(entries.filter(([, value]) => value !== null));
  return {
    ...message,
    params: { ...present, ...(encoded !== undefined && { arguments: encoded }) },
  };
}
