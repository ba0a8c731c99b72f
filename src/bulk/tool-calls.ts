import { newTrail, type Trail } from '../dynamodb/calls/call.ts';
import type { JsonObject } from '../json/parse.ts';
import type { Caller, Invoke } from '../tools/invoke.ts';
import type { AnyTool } from '../tools/tool.ts';

/** Who exports or imports, as each call of a tool on its behalf has to know. */
export type BulkCaller = Pick<Caller, 'principal' | 'requestId' | 'origin' | 'trace' | 'hangUp'>;

/** What a call of a tool came to. */
export interface ToolResult {
  readonly output: JsonObject;
  readonly trail: Trail;
}

/**
 * The tools as bulk work calls them, each call with a deadline, a trail and an audit line of its own.
 * There is no other way from here to the tables. Throws ServiceError only.
 */
export interface ToolCalls {
  run(tool: string, input: JsonObject): Promise<ToolResult>;
}

/** The calls of a caller. */
export function createToolCalls(
  invoke: Invoke,
  tools: readonly AnyTool[],
  caller: BulkCaller,
): ToolCalls {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  return {
    run: async (name, input) => {
      const tool = byName.get(name);
      if (!tool) throw new Error(`There is no tool ${name}.`);
      const trail = newTrail();
      const output = await invoke(tool, input, {
        ...caller,
        trail,
        takesJson: true,
        takesHint: false,
      });
      return { output: { ...output }, trail };
    },
  };
}
