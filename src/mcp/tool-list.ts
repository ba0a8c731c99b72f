import type { Tool as McpTool } from '@modelcontextprotocol/server';
import type { KeyType, TableSchema } from '../dynamodb/tables/table-schema.ts';
import { isJsonObject, type JsonObject } from '../json/parse.ts';
import { toJsonSchema } from '../tools/json-schema.ts';
import { LIKE, TABLE } from '../tools/schemas.ts';
import type { AnyTool } from '../tools/tool.ts';
import { withTableKeys } from './example-keys.ts';
import { MESSAGE, type ResultMode } from './results.ts';

// A field of the input lies one level deep.
const DEEPEST_DESCRIPTION = 1;
const SPARED = new Set(['minLength', 'minimum', 'maximum', 'minItems', 'maxItems']);
const JSON_TYPES: Record<KeyType, string> = { S: 'string', N: 'number', B: 'object' };

/**
 * The registry as MCP lists it for a table, whose keys the examples have; for one that is not known
 * yet there are none. Results that are text alone have no output schemas.
 */
export function listTools(
  tools: readonly AnyTool[],
  mode: ResultMode,
  table: TableSchema | undefined,
  tables: readonly string[],
): McpTool[] {
  const sortKeyType = JSON_TYPES[table?.sort[0]?.type ?? 'S'];
  const explained = new Set<string>();
  return tools.map((tool) => ({
    name: tool.name,
    title: tool.title,
    description: table
      ? `${tool.description} Example: ${shortestExample(tool, table)}`
      : tool.description,
    inputSchema: onceExplained(inputSchema(tool, { sortKeyType, tables }), explained),
    ...(mode !== 'text' && { outputSchema: outputSchema(tool) }),
    annotations: annotations(tool),
  }));
}

/** MCP's hints. Whatever writes can overwrite something; both say nothing where a tool only reads. */
function annotations({ effect, idempotent }: AnyTool): McpTool['annotations'] {
  const reads = effect === 'read';
  return {
    readOnlyHint: reads,
    ...(!reads && { destructiveHint: true, idempotentHint: idempotent }),
    openWorldHint: false,
  };
}

function shortestExample({ examples }: AnyTool, table: TableSchema): string {
  const shortest = examples.reduce((best, example) =>
    JSON.stringify(example.request).length < JSON.stringify(best.request).length ? example : best,
  );
  return JSON.stringify(withTableKeys(shortest.request, table));
}

/** Every tool's schemas are objects; a test of the registry holds that. */
function inputSchema(tool: AnyTool, of: Place): McpTool['inputSchema'] {
  return slim(toJsonSchema(tool.input, 'input'), of) as McpTool['inputSchema'];
}

/** The schema without the descriptions of fields that an earlier tool has with the same words. */
function onceExplained(
  schema: McpTool['inputSchema'],
  explained: Set<string>,
): McpTool['inputSchema'] {
  const properties = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const { description, ...rest } = field as JsonObject;
    const explanation = `${name}: ${description}`;
    if (explained.has(explanation)) return [name, rest];
    explained.add(explanation);
    return [name, field];
  });
  return { ...schema, properties: Object.fromEntries(properties) };
}

/**
 * The members of an output that have one type: what they hold is for the reader to see. Those that
 * can be null have two, which some model providers refuse, and go without.
 */
function outputSchema(tool: AnyTool): McpTool['outputSchema'] {
  const { properties = {} } = toJsonSchema(tool.output, 'output');
  const members = Object.entries(properties as JsonObject).flatMap(([name, schema]) => {
    const { type, items } = schema as JsonObject;
    if (typeof type !== 'string') return [];
    const listed = isJsonObject(items) && typeof items.type === 'string';
    return [[name, { type, ...(listed && { items: { type: items.type } }) }]];
  });
  return {
    type: 'object',
    properties: { ...Object.fromEntries(members), [MESSAGE]: { type: 'string' } },
  };
}

/** What a list is made for. */
interface Place {
  sortKeyType: string;
  tables: readonly string[];
}

/**
 * Drops what a model does not need: every call is checked against the whole schema. What a sort key
 * is compared with has any type in the registry, and the type of the table's sort key here.
 */
function slim(schema: JsonObject, place: Place, depth = 0): JsonObject {
  const { properties, items, [LIKE]: tool } = schema;
  if (typeof tool === 'string') return { type: 'object', description: `As in ${tool}.` };
  const kept = Object.entries(schema).filter(
    ([name]) => !SPARED.has(name) && !(name === 'description' && depth > DEEPEST_DESCRIPTION),
  );
  return {
    ...(schema.type === undefined && { type: place.sortKeyType }),
    ...Object.fromEntries(kept),
    ...(isJsonObject(properties) && { properties: slimFields(properties, place, depth) }),
    ...(isJsonObject(items) && { items: slim(items, place, depth + 1) }),
  };
}

/** The fields, that of a table only where there are several to choose from. */
function slimFields(properties: JsonObject, place: Place, depth: number): JsonObject {
  const fields = Object.entries(properties).map(([name, schema]): [string, JsonObject] => [
    name,
    slim(schema as JsonObject, place, depth + 1),
  ]);
  const { [TABLE]: table, ...others } = Object.fromEntries(fields);
  return table && place.tables.length > 1
    ? { ...others, [TABLE]: { ...table, enum: [...place.tables] } }
    : others;
}
