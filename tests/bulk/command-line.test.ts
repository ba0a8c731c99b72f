import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { exportFrom, linesIn, ofKind } from '../support/bulk-lines.ts';
import { canonical } from '../support/canonical.ts';
import {
  exception,
  type Fault,
  type FaultProxy,
  pass,
  startFaultProxy,
} from '../support/fault-proxy.ts';
import { keyOfRole, startGuarded } from '../support/guarded-service.ts';
import { newTable, startService } from '../support/service.ts';
import { killProcesses, type ServiceProcess, startProcess } from '../support/service-process.ts';

const ITEMS = Array.from({ length: 120 }, (_, n) => ({
  PK: `PART#${n % 4}`,
  SK: `ITEM#${n}`,
  n,
  tags: { $ddb: { SS: [`t${n}`] } },
  // So that there are several pages.
  filler: 'x'.repeat(40_000),
}));

let proxy: FaultProxy;
let folder: string;
/** The table that has the items. */
let full: string;

beforeAll(async () => {
  proxy = await startFaultProxy(inject('engine').endpoint);
  folder = await mkdtemp(join(tmpdir(), 'bulk-'));
  const service = await startService();
  full = service.table;
  await service.call('batch_write_item', { put: ITEMS });
  await service.close();
});

afterEach(async () => {
  await killProcesses();
  proxy.reset();
});

afterAll(async () => {
  await proxy.close();
  await rm(folder, { recursive: true });
});

const at = (name: string) => join(folder, name);

/** Runs the command line against a table, through the proxy. */
function cli(table: string, ...args: string[]): ServiceProcess {
  const environment = {
    AWS_ACCESS_KEY_ID: 'dummy',
    AWS_SECRET_ACCESS_KEY: 'dummy',
    DYNAMODB_ENDPOINT_URL: proxy.endpoint,
    DYNAMODB_TABLE_NAME: table,
  };
  return startProcess(args, { environment });
}

/** Passes calls, and does something else at one of them. */
function atCall(number: number, act: () => void): Fault {
  let calls = 0;
  return (exchange) => {
    if (++calls === number) act();
    return pass(exchange);
  };
}

async function itemsOf(table: string): Promise<string[]> {
  const service = await startService({ table });
  const { lines } = await exportFrom(service);
  await service.close();
  return ofKind('item', lines)
    .map((item) => canonical(item))
    .sort();
}

const sorted = (items: readonly unknown[]) => items.map((item) => canonical(item)).sort();
const itemsIn = (text: string) => sorted(ofKind('item', linesIn(text)));

test('a table is exported and imported, interrupted and resumed, and then there twice', async () => {
  const file = at('table.jsonl');
  const args = ['export', file, '--segments', '2', '--json'];
  const first = cli(full, ...args);
  proxy.always(
    'Scan',
    // Under npm a signal arrives twice.
    atCall(4, () => {
      first.signal('SIGINT');
      first.signal('SIGTERM');
    }),
  );
  expect((await first.exit()).code).toBe(130);
  expect([existsSync(file), existsSync(`${file}.part`)]).toEqual([false, true]);
  const other = await cli(full, 'export', file, '--filter', '{"n":1}', '--resume').exit();
  expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('with other options') });
  const exported = cli(full, ...args, '--rate', '100000', '--resume');
  expect(await exported.exit()).toMatchObject({ code: 0, stderr: '' });
  expect(exported.logs().at(-1)).toMatchObject({ end: { items: 120, complete: true, file } });
  expect(itemsIn(await readFile(file, 'utf8'))).toEqual(sorted(ITEMS));
  expect(existsSync(`${file}.part`)).toBe(false);

  const copy = await newTable();
  const killed = cli(copy, 'import', file, '--mode', 'create_only');
  proxy.always(
    'PutItem',
    atCall(40, () => killed.signal('SIGKILL')),
  );
  await killed.exit();
  const imported = cli(copy, 'import', file, '--mode', 'create_only', '--resume', '--json');
  expect(await imported.exit()).toMatchObject({ code: 0, stderr: '' });
  expect(imported.logs().at(-1)).toMatchObject({
    end: { complete: true, lines: 120, written: 120, failed: 0, durable_through_line: 120 },
  });
  expect(await itemsOf(copy)).toEqual(sorted(ITEMS));
});

describe('a service', () => {
  test('is gone through with a key, and gone on with after a failure', async () => {
    const role = { grants: [{ items: { PK: 'PART#*' }, tools: '*' }] };
    const service = await startGuarded(
      { mover: role },
      { endpoint: proxy.endpoint, environment: { DYNAMODB_TABLE_NAME: full } },
    );
    const file = at('over-http.jsonl.gz');
    await writeFile(at('key'), `${keyOfRole('mover')}\n`);
    const through = ['--url', service.url, '--key-file', at('key')];
    proxy.inject('Scan', pass, pass, exception('AccessDeniedException'));

    const failed = await cli('unused', 'export', file, ...through).exit();
    const resumed = cli('unused', 'export', file, ...through, '--resume');

    expect(failed).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Not complete: \d+ items in .* s\nThe service is not allowed/),
    });
    expect((await resumed.exit()).code).toBe(0);
    expect(itemsIn(gunzipSync(await readFile(file)).toString())).toEqual(sorted(ITEMS));
    const lines = ITEMS.slice(0, 30).map((item) => ({ item: { ...item, n: -item.n } }));
    lines.push({ item: { ...lines[0]?.item, PK: 'OTHER' } } as (typeof lines)[number]);
    await writeFile(at('changed.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'));
    const imported = cli('unused', 'import', at('changed.jsonl'), ...through, '--json');
    expect(await imported.exit()).toMatchObject({ code: 3, stderr: '' });
    expect(imported.logs().at(-1)).toMatchObject({ end: { lines: 31, written: 30, failed: 1 } });
    expect(ofKind('failed', imported.logs())).toMatchObject([{ line: 31, code: 'Forbidden' }]);
    await service.close();
  });

  test('that is not there, or does not know the key, is told in a sentence', async () => {
    const service = await startGuarded({});
    const [away, unknown] = [
      cli('unused', 'import', at('key'), '--url', 'http://127.0.0.1:9'),
      cli('unused', 'export', '--url', service.url),
    ];

    expect(await away.exit()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The service cannot be reached.'),
    });
    expect(await unknown.exit()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Send an'),
    });
    await service.close();
  });
});

test('lines that are rejected are mended and imported again', async () => {
  const table = await newTable();
  const file = at('bad.jsonl');
  const bad = '{"item":{"PK":"A","SK":2}}';
  await writeFile(file, `{"item":{"PK":"A","SK":"1"}}\n${bad}\n{"item":{"PK":"A","SK":"3"}}\n`);
  const rejected = `${file}.rejected.jsonl`;

  const first = await cli(table, 'import', file).exit();
  const text = await readFile(rejected, 'utf8');
  await writeFile(rejected, text.replace('"SK":2', '"SK":"2"'));
  const second = await cli(table, 'import', rejected).exit();

  expect(first).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('Line 2: item.SK: must be a string'),
  });
  expect(linesIn(text)).toMatchObject([
    { failed: { line: 2, code: 'ValidationError' } },
    JSON.parse(bad),
  ]);
  expect(second.code).toBe(0);
  expect(await itemsOf(table)).toEqual(sorted(['1', '2', '3'].map((SK) => ({ PK: 'A', SK }))));
});

test('the folder of an export to S3 is imported, and what lacks a file of it is not', async () => {
  const table = await newTable();
  const typed = (n: number) => `{"Item":{"PK":{"S":"S3"},"SK":{"S":"${n}"},"n":{"N":"${n}"}}}\n`;
  await mkdir(at('s3/data'), { recursive: true });
  const files = ['a.json.gz', 'b.json.gz'];
  const manifest = files.map((file) =>
    JSON.stringify({ itemCount: 1, dataFileS3Key: `AWSDynamoDB/01/data/${file}` }),
  );
  await writeFile(at('s3/manifest-files.json'), manifest.join('\n'));
  await writeFile(at('s3/data/a.json.gz'), gzipSync(typed(1) + typed(2)));

  const missing = await cli(table, 'import', at('s3')).exit();
  await writeFile(at('s3/data/b.json.gz'), gzipSync(typed(3)));
  const whole = await cli(table, 'import', at('s3')).exit();

  expect(missing).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('1 files of the export are missing'),
  });
  expect(whole.code).toBe(0);
  expect(await itemsOf(table)).toEqual(sorted([1, 2, 3].map((n) => ({ PK: 'S3', SK: `${n}`, n }))));
});

test('a CSV comes back as it was, and is exported to standard output', async () => {
  const source = await startService();
  const items: JsonObject[] = [
    { PK: 'CSV', SK: '1', text: 'a "b"\r\n,c', empty: '', number: 12.5, digits: '007' },
    { PK: 'CSV', SK: '2', text: 'true', flag: true, none: null, number: -0.001 },
  ];
  await source.call('batch_write_item', { put: items });
  await source.close();
  const columns = 'PK,SK,text,empty,number,digits,flag,none';

  const { code, stdout } = await cli(
    source.table,
    'export',
    '--format',
    'csv',
    '--projection',
    columns,
  ).exit();
  await writeFile(at('rows.csv'), `${stdout}"CSV","3"\n`);
  const target = await newTable();
  const imported = await cli(target, 'import', at('rows.csv')).exit();

  expect(code).toBe(0);
  expect(imported).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('Line 4: The line must be'),
  });
  expect(await itemsOf(target)).toEqual(sorted(items));
});

test('a dry run changes nothing, and what cannot be carried out is told', async () => {
  const table = await newTable();
  const file = at('dry.jsonl');
  await writeFile(file, '{"item":{"PK":"A","SK":"1"}}\n');
  await writeFile(at('there.jsonl'), '');

  const exits = await Promise.all(
    [
      ['import', file, '--dry-run'],
      ['export', '--dry-run'],
      ['export', at('there.jsonl')],
      ['export', '--sort-key', '{"eq":1}'],
      ['export', '--resume'],
      ['export', '--segments', '0'],
      ['import'],
    ].map((args) => cli(table, ...args).exit()),
  );

  expect(exits.map(({ code }) => code)).toEqual([0, 0, 1, 2, 2, 2, 2]);
  expect(exits[1]?.stdout).toMatch(/^About \d+ items of \d+ bytes in all: \d+ read units, /);
  expect(exits[2]?.stderr).toContain('exists already; remove it, or choose another');
  expect(exits[3]?.stderr).toContain('sort_key goes with key');
  expect(await itemsOf(table)).toEqual([]);
  expect([`${file}.rejected.jsonl`, `${file}.import-checkpoint`].map(existsSync)).toEqual([
    false,
    false,
  ]);
});
