import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { exportFrom, linesIn, ofKind } from '../support/bulk-lines.ts';
import { canonical } from '../support/canonical.ts';
import { CALLS } from '../support/readme-calls.ts';
import { newSampleTable, startService, type TestService } from '../support/service.ts';
import { COMPILED_ONCE, PROJECT } from '../support/service-process.ts';

const run = promisify(execFile);
const read = (file: string) => readFileSync(path.join(PROJECT, file), 'utf8');
const PAGE = read('docs/bulk.md');

/** Whether a program is on this machine. */
const has = (program: string) => spawnSync(program, ['--version']).error === undefined;
const blocksOf = (text: string) =>
  [...text.matchAll(/```sh\n([\s\S]*?)```(?:\n\n```json\n([\s\S]*?)```)?/g)].map(
    ([, command = '', reply]) => ({ command, reply }),
  );

const WORK = PAGE.slice(PAGE.indexOf('## Four things'), PAGE.indexOf('## Command line'));
const HTTP = PAGE.slice(PAGE.indexOf('## Over HTTP'), PAGE.indexOf('## Formats'));

let folder: string;
let service: TestService;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bulk-docs-'));
  service = await startService({ table: await newSampleTable() });
  // Whoever comes here has tried the pages before.
  for (const { route, body, headers } of CALLS) {
    await service.request(route, { method: 'POST', headers, ...(body !== undefined && { body }) });
  }
});

afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

/** Runs commands as somebody would who reads them. */
async function shell(commands: string): Promise<string> {
  const npm = `npm() { shift 2; "${process.execPath}" "${PROJECT}/src/cli.ts" "$@"; }`;
  const { stdout } = await run('bash', ['-euc', `${npm}\n${commands}`], {
    cwd: folder,
    env: {
      ...COMPILED_ONCE,
      PATH: process.env.PATH,
      AWS_ACCESS_KEY_ID: 'dummy',
      AWS_SECRET_ACCESS_KEY: 'dummy',
      DYNAMODB_ENDPOINT_URL: inject('engine').endpoint,
      DYNAMODB_TABLE_NAME: service.table,
    },
  });
  return stdout;
}

const examples = [
  ...blocksOf(HTTP),
  ...blocksOf(read('README.md')).filter(({ command }) => /curl.*\/bulk\//.test(command)),
];

test.runIf(has('curl')).each(examples)('$command', async ({ command, reply }) => {
  const { host } = new URL(service.url);

  const answer = await shell(command.replaceAll('localhost:8002', host));

  if (reply === undefined) expect(linesIn(answer).at(-1)).toHaveProperty('end');
  else expect(linesIn(answer).map(canonical)).toEqual(linesIn(reply).map(canonical));
});

test.runIf(has('jq'))('the four things work word for word', async () => {
  const { lines: before } = await exportFrom(service);
  const all = ofKind('item', before);

  await shell(
    blocksOf(WORK)
      .map(({ command }) => command)
      .join('\n'),
  );

  const copy = await startService({ table: 'Projects-copy' });
  const copied = ofKind('item', (await exportFrom(copy)).lines);
  await copy.close();
  expect(copied.map(canonical).sort()).toEqual(all.map(canonical).sort());
  const { lines } = await exportFrom(service);
  const now = ofKind<{ PK: string; SK: string; owner?: string }>('item', lines);
  const epics = ofKind<{ entity_type?: string }>('item', before).filter(
    ({ entity_type }) => entity_type === 'epic',
  );
  expect(now.filter(({ SK }) => SK.startsWith('INITIATIVE#'))).toHaveLength(epics.length);
  expect(now.filter(({ PK }) => PK === 'PROJECT#seed')).toHaveLength(2);
  const fixed = linesIn(await readFile(path.join(folder, 'fixed.jsonl'), 'utf8'));
  expect(fixed.length).toBeGreaterThan(0);
  expect(now.filter(({ owner }) => owner === 'unassigned')).toHaveLength(fixed.length);
});

test('the calls of DynamoDB that the runbook names have the parameters that it gives them', async () => {
  const runbook = read('infrastructure/RUNBOOK.md');
  const section = runbook.slice(runbook.indexOf('## Moving tables'));
  const types = read('node_modules/@aws-sdk/client-dynamodb/dist-types/models/models_0.d.ts');
  const commands = [...section.matchAll(/aws dynamodb ([\w-]+)((?: |\\\n|'[^']*'|[^\n`])*)/g)];
  const pascal = (name: string) =>
    name.replace(/(?:^|-)(\w)/g, (_, letter) => letter.toUpperCase());

  const asked = commands.map(([, command = '', rest = '']) => [
    pascal(command),
    ...[...rest.matchAll(/ --([\w-]+)/g)].map(([, option = '']) => pascal(option)),
    ...[...rest.matchAll(/[ ,"](\w+)(?:=|": )/g)].map(([, member = '']) => member),
  ]);

  expect(asked.map(([command]) => command)).toEqual([
    ...['StartBulkPutItems', 'DescribeBulkOperation', 'ImportTable', 'DescribeImport'],
    'ExportTableToPointInTime',
  ]);
  for (const [command, ...members] of asked) {
    expect(types).toContain(`interface ${command}Input `);
    for (const member of members) expect(types).toMatch(new RegExp(`^    ${member}\\??: `, 'm'));
  }
});
