import fc from 'fast-check';
import { policyProblems } from '../policies.ts';
import type { Getting, ModelCall, Reading, Write, Writing } from './calls.ts';
import type { GrantText, Item } from './grants.ts';

const PARTITIONS = ['T#1', 'T#2', 'T#2x'];
const SORTS = ['A#1', 'A#2', 'B#1', 'B#2'];
const NAMES = ['kind', 'n', 'note', 'status', 'a.b', 'tags', 'GSI1PK', 'GSI1SK'];
const STATUSES = ['open', 'doing', 'done'];
const TOOLS = [
  'get_item',
  'batch_get_item',
  'transact_get_items',
  'query',
  'scan',
  'put_item',
  'update_item',
  'delete_item',
  'batch_write_item',
  'transact_write_items',
];

const VALUES: Record<string, fc.Arbitrary<unknown>> = {
  kind: fc.constantFrom('a', 'b', 'bc', 1, true),
  n: fc.constantFrom(1, 2, 3),
  note: fc.constantFrom<unknown[]>('x', 'y', null, { in: ['z', 1] }),
  status: fc.constantFrom(...STATUSES),
  'a.b': fc.constantFrom<unknown[]>('x', JSON.rawJSON('9007199254740993.00000001'), 1),
  tags: fc.constantFrom({ $ddb: { SS: ['p'] } }, { $ddb: { NS: ['1'] } }),
  GSI1PK: fc.constantFrom('g', 'h'),
  GSI1SK: fc.constantFrom('1', '2', '3'),
};

const KEY = fc.record({
  PK: fc.constantFrom(...PARTITIONS),
  SK: fc.constantFrom(...SORTS),
});

const attributesOf = (names: readonly string[], requiredKeys: string[] = []) =>
  fc.record(Object.fromEntries(names.map((name) => [name, VALUES[name] ?? fc.constant('')])), {
    requiredKeys,
  }) as fc.Arbitrary<Item>;

const ITEM: fc.Arbitrary<Item> = fc
  .tuple(KEY, attributesOf(NAMES))
  .map(([key, attributes]) => ({ ...key, ...attributes }));

/** What is stored at first, each key once. */
export const STORED = fc.uniqueArray(ITEM, {
  minLength: 4,
  maxLength: 10,
  selector: ({ PK, SK }) => `${PK} ${SK}`,
});

const names = (...of: string[]) => fc.subarray(of.length > 0 ? of : NAMES);

const MATCHERS: fc.Arbitrary<'*' | Item> = fc.oneof(
  { weight: 1, arbitrary: fc.constant('*' as const) },
  {
    weight: 5,
    arbitrary: fc
      .record({
        PK: fc.constantFrom<unknown[]>('T#2*', 'T#1', ['T#1', 'T#2x'], 'T#*'),
        SK: fc.constantFrom<unknown[]>('A*', ['B*', 'A#1'], { between: ['A#2', 'B#1'] }),
        kind: fc.constantFrom<unknown[]>('a', ['a', 'b*'], 1, true, { exists: true }, 'b*'),
        status: fc.constantFrom<unknown[]>({ exists: false }, 'open', ['open', 'doing']),
        'a.b': fc.constantFrom<unknown[]>('x', JSON.rawJSON('9007199254740993.00000001')),
        GSI1PK: fc.constantFrom<unknown[]>('g', { exists: false }),
      })
      .chain((matchers) => fc.subarray(Object.entries(matchers), { minLength: 1, maxLength: 2 }))
      .map((matchers): Item => Object.fromEntries(matchers)),
  },
);

const READ = fc
  .record({ only: names(), hide: names(), redact: names('n', 'note'), hash: names('a.b', 'tags') })
  .chain((read) => fc.subarray(Object.entries(read)))
  .map((parts) => Object.fromEntries(parts.filter(([, of]) => of.length > 0)));

const WRITE = fc
  .record({
    only: names(),
    values: fc.constantFrom({ status: STATUSES }, { kind: ['a', 'b'] }),
    transitions: fc.constant({ status: { open: ['doing'], doing: ['done', 'open'] } }),
    set: fc.constantFrom({ note: 'set' }, { by: 'set' }),
    require_expected: fc.constantFrom(['n'], ['kind']),
    create_only: fc.boolean(),
    replace: fc.boolean(),
    upsert: fc.boolean(),
  })
  .chain((write) => fc.subarray(Object.entries(write)))
  .map((parts) =>
    Object.fromEntries(parts.filter(([, of]) => !Array.isArray(of) || of.length > 0)),
  );

const GRANT = fc
  .record({
    items: MATCHERS,
    tools: fc.oneof(fc.constant(TOOLS), fc.subarray(TOOLS, { minLength: 1 })),
    indexed: fc.boolean(),
    read: fc.option(READ, { nil: undefined, freq: 2 }),
    write: fc.option(WRITE, { nil: undefined, freq: 2 }),
  })
  .map(
    ({ indexed, read, write, ...grant }): GrantText => ({
      ...grant,
      ...(indexed && { indexes: ['GSI1'] }),
      ...(read && Object.keys(read).length > 0 && { read }),
      ...(write && Object.keys(write).length > 0 && { write }),
    }),
  );

/** The grants of a role that a service would start with. */
export const ROLE: fc.Arbitrary<GrantText[]> = fc
  .array(GRANT, { minLength: 1, maxLength: 3 })
  .filter((grants) => policyProblems(policyWith(grants)).length === 0);

function policyWith(grants: GrantText[]) {
  return { version: 1, principals: [{ api_key: 'me', role: 'r' }], roles: { r: { grants } } };
}

const FEW = fc.subarray(NAMES, { maxLength: 2 });
const PROJECTION = fc.option(fc.subarray(['PK', 'SK', ...NAMES], { minLength: 1, maxLength: 3 }), {
  nil: undefined,
  freq: 2,
});
const some = FEW.chain((few) => attributesOf(few, few));
const EXPECTED = fc.oneof(
  fc.constant({}),
  some,
  fc.constantFrom(...NAMES).map((name): Item => ({ [name]: null })),
);

const READING: fc.Arbitrary<Reading> = fc
  .record({
    tool: fc.constantFrom('query', 'scan', 'query'),
    table: fc.constantFrom(...PARTITIONS),
    ofIndex: fc.constantFrom('g', 'h'),
    index: fc.boolean(),
    filter: fc.oneof(fc.constant({}), some),
    projection: PROJECTION,
    limit: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    sort: fc.option(fc.constantFrom('A', 'A#1', 'B'), { nil: undefined }),
    walks: fc.boolean(),
    count: fc.boolean(),
    written: fc.boolean(),
  })
  .map(({ table, ofIndex, index, tool, filter, projection, limit, sort, ...call }) => {
    const keys = index ? ['GSI1PK', 'GSI1SK'] : ['PK', 'SK'];
    const filtered = Object.entries(filter).filter(([name]) => !keys.includes(name));
    return {
      ...call,
      tool: tool as Reading['tool'],
      index,
      filter: Object.fromEntries(tool === 'query' ? filtered : Object.entries(filter)),
      ...(tool === 'query' && { partition: index ? ofIndex : table }),
      ...(tool === 'query' && sort !== undefined && { sort: index ? '2' : sort }),
      ...(projection && !call.count && { projection }),
      ...(limit !== undefined && { limit }),
    };
  });

const distinct = (maxLength: number) =>
  fc.uniqueArray(KEY, { minLength: 1, maxLength, selector: ({ PK, SK }) => PK + SK });

const GETTING: fc.Arbitrary<Getting> = fc
  .record({
    tool: fc.constantFrom(
      'get_item' as const,
      'batch_get_item' as const,
      'transact_get_items' as const,
    ),
    keys: distinct(4),
    projection: PROJECTION,
  })
  .map(({ tool, keys, projection }) => ({
    tool,
    keys: tool === 'get_item' ? keys.slice(0, 1) : keys,
    ...(projection && { projection }),
  }));

const CONDITIONS = { expected: EXPECTED, written: fc.boolean() };

const writeTo = (key: Item): fc.Arbitrary<Write> =>
  fc.oneof(
    fc
      .record({ item: attributesOf(NAMES), create_only: fc.boolean(), ...CONDITIONS })
      .map((put): Write => ({ ...put, kind: 'put', item: { ...key, ...put.item } })),
    fc
      .record({
        kind: fc.constant('update' as const),
        key: fc.constant(key),
        updates: some,
        remove: fc.subarray(['note', 'status', 'kind', 'a.b'], { maxLength: 1 }),
        add: fc.oneof(fc.constant({}), fc.constant({ n: 1 })),
        copy: fc.option(
          fc.tuple(fc.constantFrom('kind', 'status', 'GSI1PK'), fc.constantFrom('note', 'a.b')),
          { nil: undefined, freq: 8 },
        ),
        upsert: fc.boolean(),
        ...CONDITIONS,
      })
      .map(({ copy, ...update }): Write => asUpdate(update, copy)),
    fc.record({ kind: fc.constant('delete' as const), key: fc.constant(key), ...CONDITIONS }),
  );

type Verbs = Omit<Extract<Write, { kind: 'update' }>, 'copy'>;

/** An update in which each attribute stands once, and which has something to do. */
function asUpdate(update: Verbs, copy: [string, string] | undefined): Write {
  if (copy) return { ...update, copy, updates: {}, remove: [], add: {} };
  const { n: _, ...others } = update.updates;
  const updates = 'n' in update.add ? others : update.updates;
  const remove = update.remove.filter((name) => !(name in updates));
  const isNothing = Object.keys({ ...updates, ...update.add }).length + remove.length === 0;
  return { ...update, remove, updates: isNothing ? { status: 'doing' } : updates };
}

const SINGLE: fc.Arbitrary<Writing> = KEY.chain(writeTo).map((write) => ({
  tool: ({ put: 'put_item', update: 'update_item', delete: 'delete_item' } as const)[
    write.kind as 'put'
  ],
  writes: [write],
}));

const SEVERAL: fc.Arbitrary<Writing> = distinct(3)
  .chain((keys) => fc.tuple(...keys.map(writeTo)))
  .chain((writes) =>
    fc.constantFrom('batch_write_item' as const, 'transact_write_items' as const).map((tool) => ({
      tool,
      writes: tool === 'batch_write_item' ? writes.map(asEntry) : writes.map(asOperation),
    })),
  );

/** A batch has no conditions, and no updates. */
function asEntry(write: Write): Write {
  if (write.kind === 'put') return { ...write, create_only: false, expected: {} };
  return { kind: 'delete', key: write.key, expected: {}, written: false };
}

/** Some deletes with a condition are checks instead. */
function asOperation(write: Write): Write {
  const isCheck = write.kind === 'delete' && Object.keys(write.expected).length > 1;
  return isCheck ? { ...write, kind: 'check' } : write;
}

export const CALL: fc.Arbitrary<ModelCall> = fc.oneof(
  { weight: 3, arbitrary: READING },
  { weight: 2, arbitrary: GETTING },
  { weight: 4, arbitrary: SINGLE },
  { weight: 2, arbitrary: SEVERAL },
);
