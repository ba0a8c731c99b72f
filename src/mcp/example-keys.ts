import type { KeyAttribute, KeyType, TableSchema } from '../dynamodb/tables/table-schema.ts';
import { isJsonObject, type JsonObject } from '../json/parse.ts';

// The keys that the registry's examples are written with.
const PARTITION = 'PK';
const SORT = 'SK';

/** A value of each key type, where an example has one of another. */
const SAMPLES: Record<KeyType, unknown> = { S: 'a', N: 1, B: { $ddb: { B: 'YQ==' } } };
const COMPARISONS: Record<KeyType, JsonObject> = {
  S: { begins_with: 'a' },
  N: { gte: 1 },
  B: { begins_with: SAMPLES.B },
};

/** Whether the table has the keys of the single-table design. */
function hasDesignKeys({ attributes }: TableSchema): boolean {
  return (
    attributes.map(({ name, type }) => `${name} ${type}`).join() === `${PARTITION} S,${SORT} S`
  );
}

/** An example's request with the key attributes that the table has. */
export function withTableKeys(request: JsonObject, table: TableSchema): JsonObject {
  return hasDesignKeys(table) ? request : rewrite(request, table);
}

function rewrite(request: JsonObject, table: TableSchema): JsonObject {
  const { sort_key, ...rest } = request;
  const members = { ...(PARTITION in rest ? replaceKey(rest, table) : rest) };
  for (const [name, value] of Object.entries(members)) {
    if (Array.isArray(value)) members[name] = value.map((entry) => rewriteValue(entry, table));
    else members[name] = rewriteValue(value, table);
  }
  const [sort] = table.sort;
  return {
    ...members,
    ...(sort_key !== undefined && sort && { sort_key: COMPARISONS[sort.type] }),
  };
}

function rewriteValue(value: unknown, table: TableSchema): unknown {
  return isJsonObject(value) ? rewrite(value, table) : value;
}

function replaceKey(attributes: JsonObject, { partition, sort }: TableSchema): JsonObject {
  const { [PARTITION]: first, [SORT]: second, ...rest } = attributes;
  return {
    ...valued(partition, first),
    ...(second !== undefined && valued(sort, second)),
    ...rest,
  };
}

function valued(attributes: KeyAttribute[], example: unknown): JsonObject {
  return Object.fromEntries(
    attributes.map(({ name, type }) => [name, type === 'S' ? example : SAMPLES[type]]),
  );
}
