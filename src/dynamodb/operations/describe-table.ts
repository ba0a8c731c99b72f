import type { TableDescription as SdkDescription } from '@aws-sdk/client-dynamodb';
import { ServiceError } from '../../errors.ts';
import type { Call } from '../calls/call.ts';
import type { Table } from '../tables/table.ts';
import { type KeySchema, readTableSchema } from '../tables/table-schema.ts';
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
  return { ...summarise(table.name, description), ttlAttribute };
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
    const { attributes, indexes, vectorIndexes } = readTableSchema(description);
    return {
      status: description.TableStatus ?? UNKNOWN,
      keyAttributes: attributes.map(({ name }) => name),
      indexes: [...indexes.keys()],
      vectorIndexes: [...vectorIndexes.keys()],
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

function summarise(table: string, description: SdkDescription) {
  const schema = readTableSchema(description);
  return {
    table,
    status: description.TableStatus ?? UNKNOWN,
    keySchema: keyElements(schema),
    indexes: [...schema.indexes.values()].map((index) => ({
      indexName: index.name,
      type: index.type,
      status: index.status,
      projection: index.projection,
      nonKeyAttributes: index.nonKeyAttributes,
      keySchema: keyElements(index),
    })),
    vectorIndexes: [...schema.vectorIndexes.values()],
    // DynamoDB leaves the mode out for tables that always had provisioned capacity.
    billingMode: description.BillingModeSummary?.BillingMode ?? 'PROVISIONED',
    // DynamoDB counts every few hours: 0 is also what it says of a table that was filled since.
    itemCount: description.ItemCount || null,
    sizeBytes: description.TableSizeBytes || null,
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
