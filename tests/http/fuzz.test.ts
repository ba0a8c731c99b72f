import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ERRORS, type ErrorCode } from '../../src/errors.ts';
import { TOOLS } from '../../src/tools/registry.ts';
import { engineServes } from '../support/engine-has.ts';
import { hostileValue, requestsOf } from '../support/hostile-requests.ts';
import { type Reply, startService, type TestService } from '../support/service.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const REQUIRED = ['success', 'error', 'code', 'retryable', 'request_id'];
const OPTIONAL = ['issues', 'item', 'reasons'];
const KEY = { PK: 'a', SK: 'b' };
/** Its length is a number that no double holds. */
const HAS_LENGTH = { length: JSON.rawJSON('10000000000000000000000000000001') };

let service: TestService;

beforeAll(async () => {
  service = await startService({ environment: { MAX_ATTEMPTS: '1' } });
});

afterAll(async () => {
  await service.close();
});

function post(tool: string, body: string | Uint8Array<ArrayBuffer>): Promise<Reply> {
  return service.request(`/tools/${tool}`, { method: 'POST', headers: JSON_TYPE, body });
}

/** Asserts what every reply owes its caller, whatever the request was. */
function expectWellFormed(reply: Reply): void {
  expect(reply.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(reply.body.success).toBe(reply.status === 200);
  if (reply.status === 200) return;
  expect(reply.status).toBeLessThan(500);
  expectErrorFields(reply);
}

function expectErrorFields({ status, headers, body }: Reply): void {
  const { issues = [], item, reasons, ...rest } = body;
  const code = String(rest.code) as ErrorCode;
  expect(Object.keys(body)).toEqual(expect.arrayContaining(REQUIRED));
  expect([...REQUIRED, ...OPTIONAL]).toEqual(expect.arrayContaining(Object.keys(body)));
  expect(rest).toEqual({
    success: false,
    error: expect.stringMatching(/^(?!.*(?: {4}at |node_modules|arn:)).+/s),
    code,
    retryable: ERRORS[code].retryable,
    request_id: headers.get('x-request-id'),
  });
  expect(status).toBe(ERRORS[code].status);
  expect(issues).toEqual(expect.any(Array));
  if (code !== 'ConditionalCheckFailed') expect(item).toBeUndefined();
}

/** Fuzzes one tool with requests of one kind. */
async function fuzz(
  tool: string,
  bodies: fc.Arbitrary<string | Uint8Array<ArrayBuffer>>,
  numRuns: number,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(bodies, async (body) => expectWellFormed(await post(tool, body))),
    { numRuns },
  );
}

const bytes = fc.uint8Array({ maxLength: 64 }).map((array) => new Uint8Array(array));
const almostJson = fc
  .tuple(fc.json(), fc.nat(), fc.constantFrom('', '"', '}', '\\', '\u0000', '1e9', '\ufeff'))
  .map(([text, at, insert]) => {
    const cut = at % (text.length + 1);
    return text.slice(0, cut) + insert + text.slice(cut);
  });
const documents = fc.oneof(
  fc.json(),
  hostileValue.map((value) => JSON.stringify(value)),
);

describe.each(
  TOOLS.filter(({ name }) => engineServes(name)).map((tool) => ({ name: tool.name, tool })),
)('$name', ({ name, tool }) => {
  test('takes any bytes', () => fuzz(name, fc.oneof(bytes, almostJson), 60));

  test('takes any JSON', () => fuzz(name, documents, 40));

  test('takes any values in its own fields', () =>
    fuzz(
      name,
      requestsOf(tool).map((request) => JSON.stringify(request)),
      200,
    ));

  test.each([30, 33, 100, 100_000])('takes values nested %d levels', async (levels) => {
    const lists = '['.repeat(levels) + ']'.repeat(levels);
    const objects = `${'{"a":'.repeat(levels)}1e1${'}'.repeat(levels)}`;
    const tags = `${'{"$ddb":{"L":['.repeat(levels)}${']}}'.repeat(levels)}`;
    const typed = `${'{"L":['.repeat(levels)}{"S":"x"}${']}'.repeat(levels)}`;
    const fields = Object.keys(tool.examples[0].request);

    for (const value of [lists, objects, tags, typed]) {
      expectWellFormed(await post(name, value));
      for (const field of fields) {
        expectWellFormed(await post(name, `{"${field}":${value}}`));
        expectWellFormed(await post(name, `{"${field}":{"PK":"a","SK":"b","c":${value}}}`));
      }
    }
  });
});

test.each([
  ['put_item', { item: KEY, condition_expression: HAS_LENGTH }, 'condition_expression'],
  ['batch_get_item', { keys: HAS_LENGTH }, 'keys'],
  ['query', { key: { PK: 'a' }, index_name: HAS_LENGTH }, 'index_name'],
  ['query', { key: { PK: 'a' }, sort_key: { between: HAS_LENGTH } }, 'sort_key.between'],
  ['update_item', { key: KEY, remove: [HAS_LENGTH] }, 'remove[0]'],
])('%s %j: an object with a length is refused at its field', async (tool, request, path) => {
  expect(await post(tool, JSON.stringify(request))).toMatchObject({
    status: 400,
    body: { code: 'ValidationError', issues: [{ path }] },
  });
});

test('nothing of this was a defect', async () => {
  const defects = service.logs.filter(({ level }) => level === 'ERROR' || level === 'CRITICAL');

  expect(defects).toEqual([]);
  expect((await service.request('/health')).status).toBe(200);
});
