import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  constants,
  createReadStream,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { createLogger } from '../../src/observability/logger.ts';

const PROGRAM = join(import.meta.dirname, '../support/log-program.ts');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-stream-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function linesOf(output: string): JsonObject[] {
  return output
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

describe('a healthy log has every line, in order', () => {
  const numbers = Array.from({ length: 3_000 }, (_, index) => index + 1);

  test.each([
    ['process.exit', 'exit', 3, []],
    ['process.exit a moment later', 'later', 3, []],
    ['its natural end', 'none', 0, []],
    ['an unexpected error', 'throw', 1, ['Unexpected error; stopping']],
  ])('after %s', async (_how, end, code, last) => {
    const child = spawn(process.execPath, [PROGRAM, '3000', end], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = new Promise((resolve) => child.once('exit', resolve));

    const lines = linesOf(await text(child.stdout));

    expect(await exited).toBe(code);
    expect(lines.slice(0, 3_000).map(({ line }) => line)).toEqual(numbers);
    expect(lines.slice(3_000).map(({ message }) => message)).toEqual(last);
  });

  test('in a file too', () => {
    const file = join(folder, 'log');
    const descriptor = openSync(file, 'a');

    const stdio = ['ignore', descriptor, 'inherit'] as const;
    execFileSync(process.execPath, [PROGRAM, '3000', 'none'], { stdio: [...stdio] });

    closeSync(descriptor);
    const lines = linesOf(readFileSync(file, 'utf8'));
    expect(lines.map(({ line }) => line)).toEqual(numbers);
  });
});

test('what nobody reads is dropped beyond a bound, and counted once somebody reads', async () => {
  const fifo = join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
  const descriptor = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
  const log = createLogger({ level: 'info', environment: 'test' }, descriptor);
  const logged = 30_000;

  for (let line = 1; line <= logged; line++) {
    log.info({ line }, 'x'.repeat(200));
    if (line % 1_000 === 0) await new Promise(setImmediate);
  }
  let output = '';
  const reader = createReadStream(fifo, { encoding: 'utf8', flags: 'r' });
  reader.on('data', (chunk) => {
    output += chunk;
  });
  const found = () => linesOf(output).find(({ dropped }) => dropped !== undefined);
  await expect.poll(found, { timeout: 10_000 }).toBeDefined();
  log.info('afterwards');
  await new Promise<void>((resolve) => log.flush(() => resolve()));
  await expect.poll(() => output).toContain('"afterwards"');
  reader.destroy();
  closeSync(descriptor);

  const lines = linesOf(output);
  const dropped = Number(found()?.dropped);
  expect(dropped).toBeGreaterThan(1_000);
  expect(lines.length - 2 + dropped).toBe(logged);
  expect(found()).toMatchObject({
    level: 'WARNING',
    message: 'Log lines were dropped while nobody took them',
  });
});

describe('a line is bounded', () => {
  const written: string[] = [];
  const log = createLogger(
    { level: 'info', environment: 'test' },
    { write: (line) => void written.push(line) },
  );
  const huge = '"é\u2028\n'.repeat(100_000);
  const cause = new Error(huge);
  const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`field${n}`, n]));

  test.each<[string, () => void]>([
    ['a long message', () => log.info(huge)],
    ['a long text', () => log.warn({ request_id: 'me', anything: huge }, 'short')],
    ['an error', () => log.error({ err: new Error(huge, { cause }) }, 'failed')],
    ['an error with members', () => log.error({ err: Object.assign(new Error('x'), wide) })],
    ['a stack', () => log.error({ stack: huge, detail: huge })],
    ['many texts', () => log.info({ texts: Array(200).fill(huge.slice(0, 8_000)) }, 'many')],
    ['many members', () => log.info({ request_id: 'me', ...wide }, 'wide')],
    ['an error that is none', () => log.error({ err: huge }, 'failed')],
  ])('%s', (_what, write) => {
    written.length = 0;

    write();

    const [line = ''] = written;
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(65_536);
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(JSON.parse(line)).toMatchObject({
      logger: 'dynamodb-mcp',
      level: expect.any(String),
      timestamp: expect.any(String),
    });
  });
});
