import type { JsonObject } from '../../json/parse.ts';

/** A call as a line of a shell. */
export function asCurl(tool: string, input: JsonObject): string {
  const body = JSON.stringify(input).replaceAll("'", "'\\''");
  return `curl -s -X POST ${location.origin}/tools/${tool} \\\n  -H 'content-type: application/json' \\\n  -d '${body}'`;
}

/** A call as a message of the Model Context Protocol. */
export function asMcp(tool: string, input: JsonObject): string {
  const params = { name: tool, arguments: input };
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }, null, 2);
}
