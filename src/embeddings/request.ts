import type { Call } from '../dynamodb/calls/call.ts';
import { RefusedEmbedding } from './failures.ts';
import type { EmbeddingRequest } from './model.ts';

/** Several times what the longest vector takes. */
const MAX_ANSWER_BYTES = 1_048_576;

/** The JSON that a service answers with, while the call lasts; throws for anything else. */
export async function ask(
  { url, headers, body }: EmbeddingRequest,
  { abandoned }: Call,
): Promise<unknown> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  abandoned.addEventListener('abort', abort);
  if (abandoned.aborted) abort();
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
      redirect: 'error',
      signal: controller.signal,
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new RefusedEmbedding(response.status);
    }
    return JSON.parse(await readText(response));
  } finally {
    abandoned.removeEventListener('abort', abort);
  }
}

async function readText({ body }: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body ?? []) {
    bytes += piece.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error('The answer is larger than any vector.');
    pieces.push(piece);
  }
  return Buffer.concat(pieces, bytes).toString();
}
