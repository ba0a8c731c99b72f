import { isJsonObject } from '../json/parse.ts';
import { describeTable } from '../tools/describe-table.ts';
import type { AnyTool } from '../tools/tool.ts';

/** What a message asks of a tool. */
export interface AskedTool {
  readonly tool: AnyTool;
  readonly input: unknown;
}

/** What reads the table as describe_table does. */
const DESCRIBING = new Set(['resources/read', 'prompts/get', 'completion/complete']);

/** The calls of tools in a JSON-RPC body, one message or several, before the protocol looks at it. */
export function callsIn(body: unknown, tools: readonly AnyTool[]): AskedTool[] {
  return [body].flat().flatMap((message): AskedTool[] => {
    if (!isJsonObject(message)) return [];
    const { method, params } = message;
    if (typeof method === 'string' && DESCRIBING.has(method)) {
      return [{ tool: describeTable, input: {} }];
    }
    if (method !== 'tools/call' || !isJsonObject(params)) return [];
    const tool = tools.find(({ name }) => name === params.name);
    return tool ? [{ tool, input: params.arguments }] : [];
  });
}
