import type { CallToolResult } from '@modelcontextprotocol/server';
import type { Trail } from '../dynamodb/calls/call.ts';
import type { ServiceError } from '../errors.ts';
import { isJsonObject, type JsonObject } from '../json/parse.ts';
import { fence, sentence } from './untrusted.ts';

/** What a result carries: structured content with one sentence, the data as text, or both. */
export type ResultMode = 'structured' | 'text' | 'both';

/** Where an error result has the same body that REST replies with. */
export const ERROR_META = 'dynamodb-mcp-server/error';

/** The result of a tool that did what it was asked. */
export function toolResult(output: JsonObject, trail: Trail, mode: ResultMode): CallToolResult {
  const said = sentence(summary(output, trail));
  const text = mode === 'structured' ? said : `${said}\n${fence(output)}`;
  return {
    content: [{ type: 'text', text }],
    ...(mode !== 'text' && { structuredContent: output }),
  };
}

/** The result of a tool that failed: code, sentence, and what made a condition fail, if small. */
export function errorResult(
  failure: ServiceError,
  requestId: string,
  maxBytes: number,
): CallToolResult {
  const { item, ...body } = failure.body(requestId);
  const shown = item !== undefined && Buffer.byteLength(JSON.stringify(item)) <= maxBytes;
  const retry = failure.retryable ? ' The same call may succeed later.' : '';
  return {
    isError: true,
    content: [
      {
        type: 'text',
        text:
          sentence(`${failure.code}: ${failure.message}${retry}`) +
          (shown ? `\n${fence({ item })}` : ''),
      },
    ],
    _meta: { [ERROR_META]: { ...body, ...(shown && { item }) } },
  };
}

/** What was done, in a sentence or two, and how to go on; no stored data but the caller's own key. */
function summary(output: JsonObject, trail: Trail): string {
  const sentences = [`${trail.message ?? 'Done'}.`];
  if (trail.cutFrom !== undefined) {
    sentences.push(
      `Only ${output.count} of ${trail.cutFrom} items are here, to keep the result small.`,
    );
  }
  if (output.last_evaluated_key) sentences.push(howToGoOn(output));
  const left = unprocessed(output);
  if (left > 0) sentences.push(`${left} entries are left in unprocessed: send them again.`);
  return sentences.join(' ');
}

function howToGoOn({ count }: JsonObject): string {
  const go = 'call again with the last_evaluated_key';
  return count === 0
    ? `Nothing on this page matched, but more remains: ${go}, or ask with max_items.`
    : `More remains: ${go}.`;
}

function unprocessed(output: JsonObject): number {
  const lists = isJsonObject(output.unprocessed) ? Object.values(output.unprocessed) : [];
  return lists.reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0);
}
