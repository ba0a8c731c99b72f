import type { Call } from '../calls/call.ts';
import type { KeySchema, TableSchema } from '../tables/table-schema.ts';
import type { VectorIndex } from '../tables/vector-indexes.ts';
import { type Access, grantsFor, grantsTool } from './access.ts';
import { backGuard } from './read-guard.ts';
import { sightOf } from './read-rules.ts';

const DESCRIBE = 'describe_table';

/** What a call may be told of a table. */
export interface DescriptionGuard {
  /** Whether the name of an attribute may be told. */
  names(attribute: string): boolean;
  index(index: KeySchema & { name: string }): boolean;
  vectorIndex(index: VectorIndex): boolean;
  /** Whether it may be told how many items there are, and how large. */
  readonly counts: boolean;
}

/** Whether a role may be told that a table is there. */
export function mayDescribe(access: Access | undefined, table: string): boolean {
  return (
    !access ||
    access.observes ||
    access.grants.some((grant) => grant.table === table && grantsTool(grant, DESCRIBE))
  );
}

/** What may be told of a table; undefined where everything may. Throws Forbidden. */
export function descriptionGuard(
  { access }: Call,
  table: string,
  schema: TableSchema,
): DescriptionGuard | undefined {
  if (!access) return undefined;
  const describing = mayDescribe(access, table)
    ? access.grants.filter(isOf(table))
    : grantsFor(access, DESCRIBE, { table }, schema);
  if (access.observes) return undefined;
  const keys = schema.names;
  const reading = backGuard(access, table, schema).alternatives.map(({ grant }) => grant);
  const names = (attribute: string) =>
    keys.has(attribute) || reading.some((grant) => sightOf(grant, attribute, keys) === 'plain');
  const isGranted = (index: string) =>
    describing.some(({ indexes }) => indexes === '*' || indexes.has(index));
  return {
    names,
    index: ({ name, attributes }) =>
      isGranted(name) && attributes.every((each) => names(each.name)),
    vectorIndex: ({ name, attribute, partition, filters }) =>
      isGranted(name) &&
      names(attribute) &&
      [...(partition ? [partition] : []), ...filters].every((each) => names(each.name)),
    counts: describing.some((grant) => grant.items.size === 0 && grantsTool(grant, DESCRIBE)),
  };
}

function isOf(table: string) {
  return (grant: { table: string }) => grant.table === table;
}
