import { z } from 'zod';
import type { JsonObject } from '../json/parse.ts';
import { TABLE, table } from './schemas.ts';
import type { AnyTool } from './tool.ts';

/** The tool with a field that says which table is meant. */
export function onTables<Tool extends AnyTool>(tool: Tool): Tool {
  if (!(tool.input instanceof z.ZodObject)) throw new Error(`${tool.name} takes no object`);
  return { ...tool, input: tool.input.safeExtend({ [TABLE]: table }) };
}

/** The table that an input names. */
export function tableIn({ [TABLE]: name }: JsonObject): string | undefined {
  return typeof name === 'string' ? name : undefined;
}
