import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { engineHas } from '../support/engine-has.ts';
import { exception, type Fault, startFaultProxy } from '../support/fault-proxy.ts';
import { newSampleTable, newTable, startService, type TestService } from '../support/service.ts';
import { newVectorTable, vectorIndex } from '../support/vector-table.ts';

const PK = 'VECTORS';
const BIG = JSON.rawJSON('12345678901234567890.5');
const key = (name: string, partition = PK) => ({ PK: partition, SK: name });

/** Items by their vectors: the nearer to east, the earlier. */
const ITEMS = [
  { ...key('east'), v: [1, 0, 0], w: [1, 1, 1], kind: 'a', big: BIG },
  { ...key('north-east'), v: [1, 0.5, 0], w: [2, 2, 2], kind: 'b', big: BIG },
  { ...key('north'), v: [0, 1, 0], w: [3, 3, 3], kind: 'a' },
  { ...key('west'), v: [-1, 0, 0], kind: 'b' },
  { ...key('elsewhere', 'OTHER'), v: [1, 0.1, 0], kind: 'a' },
  { ...key('no vector'), kind: 'a' },
];

/** A description in which the vector indexes are not yet filled. */
const backfilling: Fault = async ({ execute, response }) => {
  const { status, headers, body } = await execute();
  const { Table } = JSON.parse(body.toString());
  for (const index of Table.VectorIndexes) index.Backfilling = true;
  const { 'content-length': _length, 'x-amz-crc32': _checksum, ...others } = headers;
  response.writeHead(status, others).end(JSON.stringify({ Table }));
};

interface Found {
  item: JsonObject;
  score: number;
}

const namesOf = ({ results }: JsonObject) => (results as Found[]).map(({ item }) => item.SK);

test('a table without a vector index says so', async () => {
  const service = await startService();

  const refused = await service.call('search_vectors', { like: { key: key('a') } });
  await service.close();

  expect([refused.status, refused.body.code]).toEqual([400, 'ValidationError']);
  expect(refused.body.error).toContain('The table has no vector index');
});

describe.skipIf(!engineHas('vector search'))('with vector search', () => {
  let service: TestService;

  beforeAll(async () => {
    const table = await newVectorTable(
      vectorIndex('NEAR', 'v', { partition: 'PK', filters: ['kind'] }),
      vectorIndex('DOT', 'w', {
        DistanceFunction: 'DOT_PRODUCT',
        Projection: { ProjectionType: 'KEYS_ONLY' },
      }),
    );
    service = await startService({ table });
    await service.call('batch_write_item', { put: ITEMS });
  });

  afterAll(() => service.close());

  const search = (body: object) => service.call('search_vectors', { index_name: 'NEAR', ...body });

  describe('what is found', () => {
    test('like an item: the others of its partition, the nearest first, without vectors', async () => {
      const { status, body, headers } = await search({ like: { key: key('east') } });

      expect(status).toBe(200);
      expect(body).toEqual({
        success: true,
        results: [
          { item: { ...key('north-east'), kind: 'b', big: BIG }, score: expect.any(Number) },
          { item: { ...key('north'), kind: 'a' }, score: expect.any(Number) },
          { item: { ...key('west'), kind: 'b' }, score: expect.any(Number) },
        ],
        count: 3,
        index: 'NEAR',
        nearer: 'lower',
        searched_bytes: expect.any(Number),
      });
      const scores = (body.results as Found[]).map(({ score }) => score);
      expect(scores).toEqual(scores.toSorted((one, other) => one - other));
      expect(headers.get('x-attempts')).toBe('2');
    });

    test('numbers are exact', async () => {
      const { text } = await search({ like: { key: key('east') }, top_k: 1 });

      expect(text).toContain('"big":12345678901234567890.5');
    });

    test.each<[string, object, string[]]>([
      [
        'by a vector',
        { vector: [0, 1, 0], partition: PK },
        ['north', 'north-east', 'east', 'west'],
      ],
      ['as many as asked', { vector: [1, 0, 0], partition: PK, top_k: 2 }, ['east', 'north-east']],
      ['like an item, one', { like: { key: key('north') }, top_k: 1 }, ['north-east']],
      [
        'like an item, elsewhere',
        { like: { key: key('east') }, partition: 'OTHER' },
        ['elsewhere'],
      ],
      ['with a filter', { like: { key: key('east') }, filter: { kind: 'a' } }, ['north']],
      [
        'with a condition',
        {
          vector: [1, 0, 0],
          search_condition: 'PK = :p AND (#k = :k)',
          expression_names: { '#k': 'kind' },
          expression_values: { ':p': PK, ':k': 'b' },
        },
        ['north-east', 'west'],
      ],
      [
        'with a condition beside partition',
        {
          like: { key: key('east') },
          search_condition: 'kind = :k',
          expression_values: { ':k': 'a' },
        },
        ['north'],
      ],
      ['in a partition of nothing', { vector: [1, 0, 0], partition: 'NONE' }, []],
    ])('%s', async (_what, request, names) => {
      const { body } = await search(request);

      expect(namesOf(body)).toEqual(names);
      expect(body.count).toBe(names.length);
    });

    test('by a product higher is nearer', async () => {
      const { body } = await search({ index_name: 'DOT', vector: [1, 1, 1], top_k: 2 });

      expect(body.nearer).toBe('higher');
      expect(body.results).toEqual([
        { item: key('north'), score: 9 },
        { item: key('north-east'), score: 6 },
      ]);
    });

    test('a projection has what it names, vectors too, and nothing else', async () => {
      const { body } = await search({
        like: { key: key('east') },
        top_k: 1,
        projection_expression: 'v, #k',
        expression_names: { '#k': 'kind' },
      });

      expect(body.results).toMatchObject([{ item: { v: [1, 0.5, 0], kind: 'b' } }]);
      expect(body).not.toHaveProperty('results.0.item.SK');
    });

    test('whole items have all attributes but vectors, and what was deleted is named', async () => {
      const proxy = await startFaultProxy(inject('engine').endpoint);
      const watched = await startService({ table: service.table, endpoint: proxy.endpoint });
      const gone = key('gone');
      await service.call('put_item', { item: { ...gone, w: [9, 9, 9], kind: 'a' } });
      proxy.inject('BatchGetItem', async (exchange) => {
        await service.call('delete_item', { key: gone });
        const { status, headers, body } = await exchange.execute();
        exchange.response.writeHead(status, headers).end(body);
      });

      const { body } = await watched.call('search_vectors', {
        index_name: 'DOT',
        vector: [1, 1, 1],
        top_k: 3,
        whole_items: true,
      });
      await watched.close();
      await proxy.close();

      expect(body).toMatchObject({
        results: [
          { item: { ...key('north'), kind: 'a' }, score: 9 },
          { item: { ...key('north-east'), kind: 'b', big: BIG }, score: 6 },
        ],
        count: 2,
        deleted: [gone],
        unprocessed: { keys: [] },
      });
      for (const name of ['v', 'w']) expect(body).not.toHaveProperty(`results.0.item.${name}`);
    });

    test('equals what a comparison of all vectors finds', async () => {
      const table = await newVectorTable(
        vectorIndex('NEAR', 'v', { DistanceFunction: 'EUCLIDEAN' }),
      );
      const many = await startService({ table });
      const coordinate = fc.integer({ min: -50, max: 50 });
      const point = fc.tuple(coordinate, coordinate, coordinate);
      const distance = (one: number[], other: number[]) =>
        Math.hypot(...one.map((value, at) => value - (other[at] ?? 0)));
      const points =
        fc.sample(
          fc.uniqueArray(point, { minLength: 60, maxLength: 60, selector: String }),
          1,
        )[0] ?? [];
      await many.call('batch_write_item', {
        put: points.map((v, at) => ({ ...key(String(at)), v })),
      });

      await fc.assert(
        fc.asyncProperty(point, fc.integer({ min: 1, max: 100 }), async (vector, topK) => {
          const { body } = await many.call('search_vectors', { vector, top_k: topK });
          const found = namesOf(body).map((name) => distance(points[Number(name)] ?? [], vector));
          const all = points.map((each) => distance(each, vector)).sort((a, b) => a - b);

          expect(found).toHaveLength(Math.min(topK, points.length));
          for (const [at, each] of found.entries()) expect(each).toBeCloseTo(all[at] ?? -1, 6);
        }),
        { numRuns: 30 },
      );
      await many.close();
    });
  });

  describe('what is refused', () => {
    const like = { key: key('east') };
    test.each<[string, object, number, string]>([
      ['nothing to look for', {}, 400, 'like or text or vector must be given'],
      ['two things', { like, vector: [1, 0, 0] }, 400, 'only one of them'],
      ['a missing item', { like: { key: key('none') } }, 404, 'no item has this key'],
      [
        'an item without a vector',
        { like: { key: key('no vector') } },
        400,
        'the item has no vector of the index NEAR, a list of 3 numbers in "v"',
      ],
      ['a wrong key', { like: { key: { PK } } }, 400, 'like.key: must have exactly'],
      ['100 like an item', { like, top_k: 100 }, 400, 'top_k must be at most 99 with like'],
      ['101', { vector: [1, 0, 0], partition: PK, top_k: 101 }, 400, 'from 1 to 100'],
      [
        'no partition',
        { vector: [1, 0, 0] },
        400,
        'partition: is required, because the vector index NEAR is divided by "PK"',
      ],
      [
        'a condition without partition',
        { vector: [1, 0, 0], search_condition: 'kind = :k', expression_values: { ':k': 'a' } },
        400,
        'say which part in partition',
      ],
      ['a partition of another type', { like, partition: 1 }, 400, 'partition: must be a string'],
      [
        'a partition where there is none',
        { index_name: 'DOT', vector: [1, 0, 0], partition: 'a' },
        400,
        'is not divided',
      ],
      [
        'a short vector',
        { vector: [1, 0], partition: PK },
        400,
        'vector: must have 3 numbers, as the vector index NEAR requires; it has 2',
      ],
      ['no number', { vector: [1, 0, 'a'], partition: PK }, 400, 'vector[2] must be a number'],
      ['a long vector', { vector: Array(4097).fill(0), partition: PK }, 400, 'at most 4096'],
      [
        'text without embeddings',
        { text: 'a', partition: PK },
        400,
        'this service has no embeddings (EMBEDDINGS)',
      ],
      [
        'no index name',
        { index_name: null, like },
        400,
        'the table has the vector indexes NEAR, DOT',
      ],
      [
        'an unknown index',
        { index_name: 'FAR', like },
        400,
        'the table has no vector index "FAR"; it has NEAR, DOT',
      ],
      [
        'an unknown filter',
        { like, filter: { v: 'a' } },
        400,
        'the vector index NEAR cannot filter by "v"; it can by kind',
      ],
      [
        'a filter of the partition',
        { like, filter: { PK: 'a' } },
        400,
        'filter.PK: is what partition is for',
      ],
      [
        'a filter of another type',
        { like, filter: { kind: 1 } },
        400,
        'filter.kind: must be a string',
      ],
      [
        'brackets',
        { like, search_condition: 'kind = :k) OR (a = :k', expression_values: { ':k': 'a' } },
        400,
        'parentheses',
      ],
      [
        'an attribute that is not searched',
        { like, search_condition: 'b = :k', expression_values: { ':k': 'a' } },
        400,
        'cannot filter by "b"',
      ],
      [
        'an operator',
        { like, search_condition: 'kind > :k', expression_values: { ':k': 'a' } },
        400,
        'an operator that the vector index does not support',
      ],
      [
        'an attribute twice',
        {
          like,
          filter: { kind: 'a' },
          search_condition: 'kind = :k',
          expression_values: { ':k': 'a' },
        },
        400,
        'names an attribute twice',
      ],
      [
        'whole items and a projection',
        { like, whole_items: true, projection_expression: 'a' },
        400,
        'does not go with projection_expression',
      ],
    ])('%s', async (_what, request, status, sentence) => {
      const refused = await search(request);

      expect([refused.status, refused.body.error]).toEqual([
        status,
        expect.stringContaining(sentence),
      ]);
    });

    test.each<[string, unknown, string]>([
      [
        'of a wrong length',
        [1],
        '"v" must be a list of 3 numbers, as the vector index NEAR requires; it has 1.',
      ],
      [
        'that is none',
        'x',
        '"v" must be a list of numbers that fit into 32 bits, as the vector index NEAR requires.',
      ],
      ['with a text in it', [1, 2, 'x'], '"v[2]" must be a list of numbers'],
    ])('a write of a vector %s', async (_what, v, sentence) => {
      const { status, body } = await service.call('put_item', { item: { ...key('bad'), v } });

      expect([status, body.error]).toEqual([400, expect.stringContaining(sentence)]);
    });

    test('an index that is being built, until it is there', async () => {
      const proxy = await startFaultProxy(inject('engine').endpoint);
      proxy.inject('DescribeTable', ...[1, 2].map(() => backfilling));
      const early = await startService({ table: service.table, endpoint: proxy.endpoint });

      const refused = await early.call('search_vectors', { index_name: 'NEAR', like });
      await early.close();
      await proxy.close();

      expect([refused.status, refused.body.code]).toEqual([503, 'StorageUnavailable']);
      expect(refused.body.error).toContain('The vector index NEAR is being built');
    });
  });

  test('a lost answer is asked for again', async () => {
    const proxy = await startFaultProxy(inject('engine').endpoint);
    const unlucky = await startService({ table: service.table, endpoint: proxy.endpoint });
    proxy.inject('SearchVectors', exception('InternalServerError', 500));

    const { body } = await unlucky.call('search_vectors', {
      index_name: 'NEAR',
      vector: [1, 0, 0],
      partition: PK,
      top_k: 1,
    });
    await unlucky.close();
    await proxy.close();

    expect(namesOf(body)).toEqual(['east']);
  });

  test('the sample has an index and vectors', async () => {
    const sample = await startService({ table: await newSampleTable() });

    const { body } = await sample.call('search_vectors', {
      like: { key: { PK: 'PROJECT#test123', SK: 'EPIC#E001' } },
    });
    await sample.close();

    expect(body).toMatchObject({ count: 10, index: 'BY_MEANING', nearer: 'lower' });
    expect(JSON.stringify(body)).not.toContain('embedding');
  });

  test('describe_table tells of vector indexes', async () => {
    const { body } = await service.call('describe_table');

    expect(body.vector_indexes).toEqual([
      {
        index_name: 'NEAR',
        status: 'ACTIVE',
        usable: true,
        vector_attribute: 'v',
        dimensions: 3,
        distance: 'COSINE',
        partition_attribute: 'PK',
        filter_attributes: ['kind'],
      },
      expect.objectContaining({
        index_name: 'DOT',
        distance: 'DOT_PRODUCT',
        partition_attribute: null,
      }),
    ]);
  });

  test('of two tables the one with an index is searched', async () => {
    const both = await startService({
      table: await newTable(),
      environment: { DYNAMODB_TABLES: service.table },
    });

    const { body } = await both.call('search_vectors', {
      table: service.table,
      index_name: 'NEAR',
      like: { key: key('east') },
      top_k: 1,
    });
    await both.close();

    expect(namesOf(body)).toEqual(['north-east']);
  });
});
