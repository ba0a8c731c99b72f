import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { killProcesses, startProcess } from '../support/service-process.ts';

const TEXT =
  'PORT=0\r\nREAD_ONLY=true\r\nDYNAMODB_TABLE_NAME=From-env\r\n# é\r\nENVIRONMENT=staging\n';
/** Root may read everything, so that it has to be another user then. */
const SOMEBODY = process.getuid?.() === 0 ? 65_534 : undefined;
const ARGUMENTS = ['--local', '--in-memory'];

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'env-file-'));
});

afterEach(async () => {
  await killProcesses();
  await rm(folder, { recursive: true });
});

const utf16 = Buffer.from(`\ufeff${TEXT}`, 'utf16le');

test.each([
  ['UTF-8', TEXT],
  ['UTF-8 with a mark', `\ufeff${TEXT}`],
  ['UTF-16 as PowerShell writes it', utf16],
  ['UTF-16 as iconv writes it on other machines', Buffer.from(utf16).swap16()],
])('.env in %s is read', async (_encoding, content) => {
  await writeFile(join(folder, '.env'), content);

  const service = startProcess(ARGUMENTS, { folder });
  const line = await service.logged(/^Listening on http:\/\/127\.0\.0\.1:/);

  expect(line).toMatchObject({ table: 'From-env', read_only: true, environment: 'staging' });
});

test('.env in UTF-16 without a mark is refused', async () => {
  await writeFile(join(folder, '.env'), utf16.subarray(2));

  const { code, stderr } = await startProcess(ARGUMENTS, { folder }).exit();

  expect([code, stderr]).toEqual([
    1,
    '.env cannot be read: it is not text in UTF-8, nor in UTF-16 with a mark. Save it as UTF-8.\n',
  ]);
});

test('.env that is a folder is refused', async () => {
  await mkdir(join(folder, '.env'));

  const { code, stderr } = await startProcess(ARGUMENTS, { folder }).exit();

  expect([code, stderr]).toEqual([1, '.env cannot be read: it is a folder.\n']);
});

test('.env of somebody else is refused', async () => {
  await chmod(folder, 0o755);
  await writeFile(join(folder, '.env'), TEXT);
  await chmod(join(folder, '.env'), 0);

  const { code, stderr } = await startProcess(ARGUMENTS, { folder, user: SOMEBODY }).exit();

  expect([code, stderr]).toEqual([1, '.env cannot be read: this user may not.\n']);
});

test('.env with a line that sets nothing is refused', async () => {
  await writeFile(join(folder, '.env'), 'PORT=0\nREAD_ONLY true\n');

  const { code, stderr } = await startProcess(ARGUMENTS, { folder }).exit();

  expect([code, stderr]).toEqual([
    1,
    '.env has a line that sets nothing: write READ_ONLY=… there.\n',
  ]);
});

test('a misspelled name in .env is refused', async () => {
  await writeFile(join(folder, '.env'), 'READ_ONYL=true\n');

  const { code, stderr } = await startProcess(ARGUMENTS, { folder }).exit();

  expect([code, stderr]).toEqual([
    1,
    'The configuration is not valid:\n  READ_ONYL is not a setting; READ_ONLY is probably meant\n',
  ]);
});
