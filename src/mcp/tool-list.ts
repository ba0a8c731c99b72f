import type { Tool as McpTool } from '@modelcontextprotocol/server';
import type { KeyType, TableSchema } from '../dynamodb/tables/table-schema.ts';
import { isJsonObject, type JsonObject } from '../json/parse.ts';
import { toJsonSchema } from '../tools/json-schema.ts';
import { LIKE, MODELS, TABLE } from '../tools/schemas.ts';
import type { AnyTool } from '../tools/tool.ts';
import { withTableKeys } from './example-keys.ts';
import type { ResultMode } from './results.ts';

// A field of the input lies one level deep.
const DEEPEST_DESCRIPTION = 1;
const SPARED = new Set([
  'maxLength',
  MODELS,
  'minLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
]);
const JSON_TYPES: Record<KeyType, string> = { S: 'string', N: 'number', B: 'object' };

/** What the tools are listed for. */
export interface ListedFor {
  resultMode: ResultMode;
  tables: readonly string[];
  /** Whether calls have to name a table, or may. */
  namesTables: boolean;
  /** The schemas of all tables, where they are known and may be told of; the default one's first. */
  schemas: readonly (TableSchema | undefined)[];
  /** Whether the service makes vectors of texts. */
  embeds: boolean;
}

/**
 * The registry as MCP lists it: examples have the keys of the default table, and there are none
 * while it is not known. What needs a vector index is listed where a table has one. Results that are
 * text alone have no output schemas.
 */
export function listTools(
  tools: readonly AnyTool[],
  { resultMode: mode, tables, namesTables, schemas, embeds }: ListedFor,
): McpTool[] {
  const [table] = schemas;
  const searchable = schemas.some((schema) => schema && schema.vectorIndexes.size > 0);
  const sortKeyType = JSON_TYPES[table?.sort[0]?.type ?? 'S'];
  const place = { sortKeyType, tables: namesTables ? tables : [], embeds };
  const explained = new Set<string>();
  const listed = tools.filter(({ needsVectorIndex }) => searchable || !needsVectorIndex);
  return listed.map((tool) => ({
    name: tool.name,
    title: tool.title,
    description: table
      ? `${tool.description} Example: ${shortestExample(tool, table)}`
      : tool.description,
    inputSchema: onceExplained(inputSchema(tool, place), explained),
    ...(mode !== 'text' && { outputSchema: outputSchema(tool) }),
    annotations: annotations(tool),
  }));
}

/** MCP's hints. Whatever writes can overwrite something; both say nothing where a tool only reads. */
function annotations({ effect, idempotent }: AnyTool): McpTool['annotations'] {
  const reads = effect === 'read';
  return {
    readOnlyHint: reads,
    ...(!reads && { destructiveHint: true, ...(idempotent && { idempotentHint: true }) }),
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
 * can be null have two, which some model providers refuse, and go without; so do words that a result
 * has only sometimes.
 */
function outputSchema(tool: AnyTool): McpTool['outputSchema'] {
  const { properties = {}, required = [] } = toJsonSchema(tool.output, 'output');
  const members = Object.entries(properties as JsonObject).flatMap(([name, schema]) => {
    const { type, [MODELS]: models } = schema as JsonObject;
    if (models !== undefined) return [];
    const isAside = type === 'string' && !(required as string[]).includes(name);
    return typeof type !== 'string' || isAside ? [] : [[name, { type }]];
  });
  return { type: 'object', properties: Object.fromEntries(members) };
}

/** What a list is made for. */
interface Place {
  sortKeyType: string;
  tables: readonly string[];
  embeds: boolean;
}

/**
 * Drops what a model does not need: every call is checked against the whole schema. What a sort key
 * is compared with has any type in the registry, and the type of the table's sort key here.
 */
function slim(schema: JsonObject, place: Place, depth = 0): JsonObject {
  const { properties, items, [LIKE]: tool } = schema;
  if (typeof tool === 'string') return { type: 'object', description: `As ${tool}.` };
  const kept = Object.entries(schema).filter(
    ([name]) =>
      !SPARED.has(name) &&
      !(name === 'description' && depth > DEEPEST_DESCRIPTION) &&
      !(name === 'additionalProperties' && depth > 0),
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
  const shown = Object.entries(properties as Record<string, JsonObject>).filter(
    ([, { [MODELS]: models }]) =>
      models === undefined || (models === 'with embeddings' && place.embeds),
  );
  const fields = shown.map(([name, schema]): [string, JsonObject] => [
    name,
    slim(schema, place, depth + 1),
  ]);
  const { [TABLE]: table, ...others } = Object.fromEntries(fields);
  return table && place.tables.length > 0
    ? { ...others, [TABLE]: { ...table, enum: [...place.tables] } }
    : others;
}
