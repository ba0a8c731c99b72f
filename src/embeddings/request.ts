import { Readable } from 'node:stream';
import type { Call } from '../dynamodb/calls/call.ts';
import { readAtMost } from '../read-at-most.ts';
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
    const answer = await readAtMost(
      response.body ?? Readable.from([]),
      MAX_ANSWER_BYTES,
      () => new Error('The answer is larger than any vector.'),
    );
    return JSON.parse(answer.toString());
  } finally {
    abandoned.removeEventListener('abort', abort);
  }
}
