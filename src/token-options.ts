import { type OpenAccess, protectedResource } from './access/open-access.ts';
import type { TokenOptions } from './http/server.ts';
import { callsIn } from './mcp/calls-in.ts';
import type { AnyTool } from './tools/tool.ts';

/** Access tokens over HTTP, by the policy in force. */
export function tokenOptions(
  { control, source, verifier }: OpenAccess,
  tools: readonly AnyTool[],
): TokenOptions {
  return {
    verifier,
    resource: () => protectedResource(source.current()),
    authoriseMessage: ({ identity }, body) => {
      for (const call of callsIn(body, tools)) control.checkScopes(identity, call);
    },
  };
}
