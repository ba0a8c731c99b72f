import { hasKey } from '../key-kept.ts';
import type { ToolCall } from '../service.ts';

/** A call as a line of a shell. */
export function asCurl({ tool, input }: ToolCall): string {
  const body = JSON.stringify(input).replaceAll("'", "'\\''");
  return [
    `curl -s -X POST ${location.origin}/tools/${tool}`,
    // The key itself is not shown.
    ...(hasKey() ? ['-H "authorization: Bearer $API_KEY"'] : []),
    "-H 'content-type: application/json'",
    `-d '${body}'`,
  ].join(' \\\n  ');
}

/** A call as a message of the Model Context Protocol. */
export function asMcp({ tool, input }: ToolCall): string {
  const params = { name: tool, arguments: input };
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }, null, 2);
}
