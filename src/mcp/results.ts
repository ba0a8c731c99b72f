import type { CallToolResult } from '@modelcontextprotocol/server';
import type { Trail } from '../dynamodb/calls/call.ts';
import type { ServiceError } from '../errors.ts';
import { JsonList } from '../json/json-list.ts';
import { isJsonObject, type JsonObject } from '../json/parse.ts';
import { counted } from '../tools/counted.ts';
import { fence, sentence } from './untrusted.ts';

/** What a result carries: structured content with one sentence, the data as text, or both. */
export type ResultMode = 'structured' | 'text' | 'both';

/** Where an error result has the same body that REST replies with. */
export const ERROR_META = 'dynamodb-mcp-server/error';

/** The member of structured content that says what nothing else in it says. */
const MESSAGE = 'message';

/** The result of a tool that did what it was asked. */
export function toolResult(output: JsonObject, trail: Trail, mode: ResultMode): CallToolResult {
  const said = sentence(summary(output, trail));
  return {
    content: [{ type: 'text', text: mode === 'structured' ? said : withData(said, output) }],
    ...(mode !== 'text' && { structuredContent: structured(output, said, trail) }),
  };
}

/** The sentence, then what the operator wrote, then what is stored, where there is any of them. */
function withData(said: string, { guide, hint, ...data }: JsonObject): string {
  const parts = [said];
  if (typeof guide === 'string') parts.push(guide);
  if (Object.entries(data).some(([name, value]) => showsStored(name, value))) {
    parts.push(fence(data));
  }
  return parts.join('\n');
}

/** Members that hold what an update named, and nothing where none of it is there. */
const NAMED = new Set(['attributes', 'old_attributes']);

/** Whether a member of an output holds what is stored, and not only a number or nothing. */
function showsStored(name: string, value: unknown): boolean {
  if (Array.isArray(value) || value instanceof JsonList) return value.length > 0;
  if (!isJsonObject(value)) return typeof value === 'string';
  if (NAMED.has(name)) return Object.keys(value).length > 0;
  return name === 'unprocessed' ? entriesOf(value) > 0 : true;
}

/** The output, with the sentence where it says more: what a write did, that a result was cut. */
function structured(output: JsonObject, said: string, { cut, outlined }: Trail): JsonObject {
  const saysAll = 'count' in output || 'table' in output || isJsonObject(output.item);
  return saysAll && !cut && !outlined ? output : { ...output, [MESSAGE]: said };
}

/** The result of a tool that failed: code, sentence, and what made a condition fail. */
export function errorResult(failure: ServiceError, requestId: string): CallToolResult {
  const body = failure.body(requestId);
  const retry = failure.retryable ? ' The same call may succeed later.' : '';
  const said = sentence(`${failure.code}: ${failure.message}${retry}`);
  const shown = { ...(isJsonObject(body.item) && { item: body.item }), reasons: body.reasons };
  const text = body.item || body.reasons ? `${said}\n${fence(shown)}` : said;
  return { isError: true, content: [{ type: 'text', text }], _meta: { [ERROR_META]: body } };
}

/** What was done, in a sentence or two, and how to go on; nothing stored. */
function summary(output: JsonObject, { said = 'Done', cut, outlined = 0 }: Trail): string {
  const sentences = [`${said}.`];
  if (outlined > 0) {
    sentences.push(
      `${counted(outlined, 'item')} too large for a result: "$large" has the sizes of the attributes; ask for some with projection_expression.`,
    );
  }
  if (cut) sentences.push('The result was cut to keep it small.');
  if (output.last_evaluated_key) sentences.push(howToGoOn(output));
  const left = isJsonObject(output.unprocessed) ? entriesOf(output.unprocessed) : 0;
  if (left > 0) {
    sentences.push(
      `${left === 1 ? '1 entry is' : `${left} entries are`} left in unprocessed: send them again.`,
    );
  }
  if (typeof output.hint === 'string') sentences.push(output.hint);
  return sentences.join(' ');
}

function howToGoOn({ count }: JsonObject): string {
  const go = 'call again with this last_evaluated_key';
  return count === 0
    ? `Nothing on this page matched, but more remains: ${go}, or ask with max_items.`
    : `More remains: ${go}.`;
}

/** How many entries the lists of leftovers have. */
function entriesOf(unprocessed: JsonObject): number {
  const lists = Object.values(unprocessed);
  return lists.reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0);
}
