import type { KeyAttribute, TableSchema } from '../../dynamodb/tables/table-schema.ts';
import type { CompiledPolicy } from './compiled.ts';
import type { GrantTemplate } from './grants.ts';
import { keyMatcherProblem } from './key-matchers.ts';
import { type Problem, quoted } from './problems.ts';

/** What a policy says that the tables, as far as their schemas are known, cannot give. */
export function fitProblems(
  policy: CompiledPolicy,
  schemas: ReadonlyMap<string, TableSchema>,
): Problem[] {
  return grantsOn(policy, schemas).flatMap(({ grant, schema }) => [
    ...maskedKeys(grant, schema),
    ...unfitMatchers(grant, schema),
    ...writtenKeys(grant, schema),
    ...unfitIndexes(grant, schema),
  ]);
}

/** What is doubtful once the keys of the tables are known. */
export function fitWarnings(
  policy: CompiledPolicy,
  schemas: ReadonlyMap<string, TableSchema>,
): Problem[] {
  return grantsOn(policy, schemas).flatMap(({ role, grant, schema }) => {
    const isTenants = policy.rolesWithVariables.has(role);
    if (!isTenants || schema.partition.some(({ name }) => grant.items.has(name))) return [];
    const keys = quoted(schema.partition.map(({ name }) => name));
    return [
      grant.problemAt(
        ['items'],
        `says nothing of the partition key ${keys}: tenants belong in the key, or their writes tell each other what exists`,
      ),
    ];
  });
}

function grantsOn(policy: CompiledPolicy, schemas: ReadonlyMap<string, TableSchema>) {
  return [...policy.roles.values()].flatMap(({ name, grants }) =>
    grants.flatMap((grant) => {
      const schema = schemas.get(grant.fixed.table);
      return schema ? [{ role: name, grant, schema }] : [];
    }),
  );
}

function maskedKeys({ fixed: { read }, problemAt }: GrantTemplate, schema: TableSchema): Problem[] {
  if (!read) return [];
  return (['hide', 'redact', 'hash'] as const).flatMap((member) =>
    namesAmong(read[member], schema.attributes).map((name) =>
      problemAt(['read', member], `${quoted([name])} is a key attribute, which is always shown`),
    ),
  );
}

function writtenKeys({ set, problemAt }: GrantTemplate, schema: TableSchema): Problem[] {
  return namesAmong(new Set(set.keys()), schema.attributes).map((name) =>
    problemAt(['write', 'set', name], 'is a key attribute, which the caller gives'),
  );
}

function namesAmong(names: ReadonlySet<string>, attributes: readonly KeyAttribute[]): string[] {
  return attributes.map(({ name }) => name).filter((name) => names.has(name));
}

function unfitMatchers({ items, problemAt }: GrantTemplate, schema: TableSchema): Problem[] {
  const indexed = [...schema.indexes.values()].flatMap(({ attributes }) => attributes);
  const types = new Map([...indexed, ...schema.attributes].map((each) => [each.name, each.type]));
  const own = schema.names;
  return [...items].flatMap(([name, matcher]) => {
    const type = types.get(name);
    const problem = type && keyMatcherProblem(matcher, type, own.has(name));
    return problem ? [problemAt(['items', name], problem)] : [];
  });
}

function unfitIndexes(
  { fixed: { indexes }, items, problemAt }: GrantTemplate,
  schema: TableSchema,
) {
  const known = [...schema.indexes.keys(), ...schema.vectorIndexes.keys()];
  const named = indexes === '*' ? known : [...indexes];
  return named.flatMap((name): Problem[] => {
    if (!known.includes(name)) {
      const has = known.length > 0 ? `it has ${quoted(known)}` : 'it has none';
      return [problemAt(['indexes'], `the table has no index ${quoted([name])}; ${has}`)];
    }
    const lacking = [...items.keys()].filter((attribute) => !projects(name, attribute, schema));
    if (lacking.length === 0) return [];
    const message = `the index ${quoted([name])} does not project ${quoted(lacking)}, which \`items\` requires`;
    return [problemAt(['indexes'], message)];
  });
}

/** Whether items of an index have the attribute; a search reads whole items from the table where they lack it. */
function projects(indexName: string, attribute: string, schema: TableSchema): boolean {
  const index = schema.indexes.get(indexName);
  if (!index || index.projection === 'ALL') return true;
  return (
    [...schema.attributes, ...index.attributes].some(({ name }) => name === attribute) ||
    (index.nonKeyAttributes ?? []).includes(attribute)
  );
}
