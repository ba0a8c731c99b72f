import { randomUUID } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../json/parse.ts';

/** Begins the texts that stand for ids which the SDK would refuse; nobody else can know it. */
const STAND_IN = `${randomUUID()}:`;
const STAND_INS = new RegExp(`"${STAND_IN}([^"]+)"`, 'g');

/**
 * The message with texts in place of the ids and progress tokens that are numbers of another kind
 * than the SDK takes, such as those that a double cannot hold.
 */
export function withStandIns(message: unknown): unknown {
  if (!isJsonObject(message)) return message;
  const { id, params } = message;
  const replaced = isJsonObject(params) ? paramsWithStandIns(params) : params;
  if (!isForeign(id) && replaced === params) return message;
  return {
    ...message,
    ...(isForeign(id) && { id: standIn(id) }),
    ...(replaced !== params && { params: replaced }),
  };
}

function paramsWithStandIns(params: JsonObject): JsonObject {
  const { requestId, _meta } = params;
  const token = isJsonObject(_meta) ? _meta.progressToken : undefined;
  if (!isForeign(requestId) && !isForeign(token)) return params;
  return {
    ...params,
    ...(isForeign(requestId) && { requestId: standIn(requestId) }),
    ...(isForeign(token) && { _meta: { ...(_meta as JsonObject), progressToken: standIn(token) } }),
  };
}

/** Whether it is a number that the SDK would refuse. */
function isForeign(id: unknown): boolean {
  return JSON.isRawJSON(id) || (typeof id === 'number' && !Number.isSafeInteger(id));
}

function standIn(id: unknown): unknown {
  return isForeign(id) ? STAND_IN + JSON.stringify(id) : id;
}

/** The text of messages with the ids as they came. */
export function withOwnIds(text: string): string {
  return text.includes(STAND_IN) ? text.replace(STAND_INS, '$1') : text;
}

/** The reply with the ids as they came; a stream brings whole messages, one a chunk. */
export function replyWithOwnIds({ body, status, headers }: Response): Response {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const restore = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) =>
      controller.enqueue(encoder.encode(withOwnIds(decoder.decode(chunk, { stream: true })))),
  });
  const own = new Headers(headers);
  own.delete('content-length');
  return new Response(body?.pipeThrough(restore) ?? null, { status, headers: own });
}
