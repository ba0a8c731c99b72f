import type { TableDescription as SdkDescription } from '@aws-sdk/client-dynamodb';
import { ServiceError } from '../../errors.ts';
import type { Call } from '../calls/call.ts';
import { type DescriptionGuard, descriptionGuard } from '../guard/description-guard.ts';
import type { Table } from '../tables/table.ts';
import { type KeySchema, readTableSchema, type TableSchema } from '../tables/table-schema.ts';
import type { VectorIndex } from '../tables/vector-indexes.ts';

/** One attribute of a key, by DynamoDB's own words. */
export interface KeyElement {
  attributeName: string;
  attributeType: 'S' | 'N' | 'B';
  keyType: 'HASH' | 'RANGE';
}

export interface IndexDescription {
  indexName: string;
  type: 'global' | 'local';
  status: string;
  projection: string;
  nonKeyAttributes: string[] | undefined;
  keySchema: KeyElement[];
}

export interface TableDescription {
  table: string;
  status: string;
  keySchema: KeyElement[];
  indexes: IndexDescription[];
  vectorIndexes: VectorIndex[];
  billingMode: string;
  ttlAttribute: string | null;
  /** As of some hours ago; null where DynamoDB has not counted yet. */
  itemCount: number | null;
  sizeBytes: number | null;
}

/** The table as DynamoDB describes it now, without what names the account. */
export async function describeTable(table: Table, call: Call): Promise<TableDescription> {
  const [description, ttlAttribute] = await Promise.all([
    table.describe(call),
    table.timeToLiveAttribute(call),
  ]);
  call.trail.message = `Table described: ${table.name}`;
  const schema = readTableSchema(description);
  const guard = descriptionGuard(call, table.name, schema);
  const summary = summarise(table.name, description, schema, guard);
  const namesTtl = ttlAttribute !== null && (guard?.names(ttlAttribute) ?? true);
  return { ...summary, ttlAttribute: namesTtl ? ttlAttribute : null };
}

/** A table in few words. */
export interface TableOutline {
  /** UNAVAILABLE where it cannot be read. */
  status: string;
  keyAttributes: string[];
  indexes: string[];
  vectorIndexes: string[];
}

/** What a table is, in few words; a table that cannot be read says so. */
export async function outlineTable(table: Table, call: Call): Promise<TableOutline> {
  try {
    const description = await table.describe(call);
    const schema = readTableSchema(description);
    const { indexes, vectorIndexes } = told(schema, descriptionGuard(call, table.name, schema));
    return {
      status: description.TableStatus ?? UNKNOWN,
      keyAttributes: [...schema.names],
      indexes: indexes.map(({ name }) => name),
      vectorIndexes: vectorIndexes.map(({ name }) => name),
    };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { status: 'UNAVAILABLE', keyAttributes: [], indexes: [], vectorIndexes: [] };
  }
}

const UNKNOWN = 'UNKNOWN';
const USABLE = new Set<string | undefined>(['ACTIVE', 'UPDATING']);

/** Whether DynamoDB answers and the table takes requests. */
export async function isReady(table: Table, call: Call): Promise<boolean> {
  try {
    return USABLE.has((await table.describe(call)).TableStatus);
  } catch (error) {
    if (error instanceof ServiceError) return false;
    throw error;
  }
}

/** The indexes that may be told of. */
function told(schema: TableSchema, guard: DescriptionGuard | undefined) {
  const indexes = [...schema.indexes.values()];
  const vectorIndexes = [...schema.vectorIndexes.values()];
  if (!guard) return { indexes, vectorIndexes };
  return {
    indexes: indexes.filter((index) => guard.index(index)),
    vectorIndexes: vectorIndexes.filter((index) => guard.vectorIndex(index)),
  };
}

function summarise(
  table: string,
  description: SdkDescription,
  schema: TableSchema,
  guard: DescriptionGuard | undefined,
) {
  const { indexes, vectorIndexes } = told(schema, guard);
  const counts = guard?.counts ?? true;
  return {
    table,
    status: description.TableStatus ?? UNKNOWN,
    keySchema: keyElements(schema),
    indexes: indexes.map((index) => ({
      indexName: index.name,
      type: index.type,
      status: index.status,
      projection: index.projection,
      nonKeyAttributes: guard
        ? index.nonKeyAttributes?.filter((name) => guard.names(name))
        : index.nonKeyAttributes,
      keySchema: keyElements(index),
    })),
    vectorIndexes,
    // DynamoDB leaves the mode out for tables that always had provisioned capacity.
    billingMode: description.BillingModeSummary?.BillingMode ?? 'PROVISIONED',
    // DynamoDB counts every few hours: 0 is also what it says of a table that was filled since.
    itemCount: (counts && description.ItemCount) || null,
    sizeBytes: (counts && description.TableSizeBytes) || null,
  };
}

function keyElements({ partition, sort }: KeySchema): KeyElement[] {
  const element = (keyType: KeyElement['keyType']) => (attribute: KeySchema['sort'][number]) => ({
    attributeName: attribute.name,
    attributeType: attribute.type,
    keyType,
  });
  return [...partition.map(element('HASH')), ...sort.map(element('RANGE'))];
}
