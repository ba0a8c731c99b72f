import type { Tool as McpTool } from '@modelcontextprotocol/server';
import { isJsonObject, type JsonObject } from '../json/parse.ts';
import { toJsonSchema } from '../tools/json-schema.ts';
import type { AnyTool } from '../tools/tool.ts';
import type { ResultMode } from './results.ts';

// A field of the input lies two levels deep, as properties.<field>.
const DEEPEST_DESCRIPTION = 2;
const BOUNDS = new Set(['minLength', 'minimum', 'maximum', 'minItems', 'maxItems']);

/** The registry as MCP lists it; without output schemas where results are text alone. */
export function listTools(tools: readonly AnyTool[], mode: ResultMode): McpTool[] {
  return tools.map((tool) => ({
    name: tool.name,
    title: tool.title,
    description: `${tool.description} Example: ${shortestExample(tool)}`,
    inputSchema: inputSchema(tool),
    ...(mode !== 'text' && { outputSchema: outputSchema(tool) }),
    annotations: annotations(tool),
  }));
}

/** MCP's hints; how destructive and repeatable a tool is means nothing where it only reads. */
function annotations({ effect, idempotent }: AnyTool): McpTool['annotations'] {
  return {
    readOnlyHint: effect === 'read',
    ...(effect !== 'read' && {
      destructiveHint: effect === 'destructive',
      idempotentHint: idempotent,
    }),
    openWorldHint: false,
  };
}

function shortestExample({ examples }: AnyTool): string {
  const [first = '', ...more] = examples.map(({ request }) => JSON.stringify(request));
  return more.reduce((shortest, text) => (text.length < shortest.length ? text : shortest), first);
}

/** Every tool's schemas are objects; a test of the registry holds that. */
function inputSchema(tool: AnyTool): McpTool['inputSchema'] {
  return slim(toJsonSchema(tool.input, 'input')) as McpTool['inputSchema'];
}

/** The members of an output with their types: what they hold is for the reader to see. */
function outputSchema(tool: AnyTool): McpTool['outputSchema'] {
  const { properties = {} } = toJsonSchema(tool.output, 'output');
  const types = Object.entries(properties as JsonObject).map(([name, schema]) => [
    name,
    { type: typesOf(schema as JsonObject) },
  ]);
  return {
    type: 'object',
    properties: Object.fromEntries(types),
  } as McpTool['outputSchema'];
}

function typesOf({ type, anyOf }: JsonObject): unknown {
  return type ?? (anyOf as JsonObject[]).map((choice) => choice.type);
}

/** Drops what a model does not need: every call is checked against the whole schema. */
function slim(schema: unknown, depth = 0): unknown {
  if (Array.isArray(schema)) return schema.map((entry) => slim(entry, depth));
  if (!isJsonObject(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([name, value]) => isJsonObject(value) || !isSpared(name, depth))
      .map(([name, value]) => [name, slim(value, depth + 1)]),
  );
}

function isSpared(name: string, depth: number): boolean {
  return BOUNDS.has(name) || (name === 'description' && depth > DEEPEST_DESCRIPTION);
}
