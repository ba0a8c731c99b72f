import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Logger, pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openPolicy } from '../../../src/access/policy/open.ts';
import { fileSignature } from '../../../src/access/policy/policy-file.ts';
import type { PolicySource } from '../../../src/access/policy/source.ts';
import { StartError } from '../../../src/errors.ts';
import { KNOWN, keyPolicy } from '../../support/policies.ts';

const text = (tool: string) => JSON.stringify(keyPolicy([{ items: '*', tools: [tool] }]));
const toolsOf = (source: PolicySource) =>
  [...(source.current().roleOf({ kind: 'key', name: 'me' })?.grants[0]?.tools ?? [])].join();

let folder: string;
let file: string;
let lines: Record<string, unknown>[];
let log: Logger;
let opened: PolicySource | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'policy-'));
  file = path.join(folder, 'policy.yaml');
  lines = [];
  log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
});

afterEach(() => {
  opened?.close();
  opened = undefined;
  rmSync(folder, { recursive: true });
});

function open(): PolicySource {
  opened = openPolicy({ ACCESS_POLICY_FILE: file }, { ...KNOWN, log });
  if (!opened) throw new Error('there is a policy');
  return opened;
}

/** Twice, as the timer does: the first look sees that the file has changed, the second that it stays. */
async function look(source: PolicySource): Promise<void> {
  await source.poll();
  await source.poll();
}

describe('at the start', () => {
  test('no policy is none', () => {
    expect(openPolicy({}, { ...KNOWN, log })).toBeUndefined();
  });

  test('the text of the policy may be a setting', () => {
    const source = openPolicy({ ACCESS_POLICY: text('scan') }, { ...KNOWN, log });

    expect(source && toolsOf(source)).toBe('scan');
    expect(lines).toMatchObject([{ mode: 'enforce', roles: ['r'], msg: 'A policy is in force' }]);
  });

  test('a bad one is refused with all its problems', () => {
    writeFileSync(file, 'version: 1\nprincipals: []\nroles: {}\n');

    expect(open).toThrow(
      new StartError(
        [
          'The policy is not valid:',
          '  principals (line 2): must not be empty',
          '  roles (line 3): must not be empty',
        ].join('\n'),
      ),
    );
  });

  test.each<[string, string | Uint8Array, string]>([
    ['an empty file', '', 'the file: is empty'],
    ['more than 1 MB', '#'.repeat(1_048_577), 'The policy has more than 1 MB.'],
    ['what is no text', new Uint8Array([0xff, 0xfe, 0]), 'The policy is not UTF-8.'],
  ])('%s is refused', (_, content, message) => {
    writeFileSync(file, content);

    expect(open).toThrow(message);
  });

  test('a file that is not there is named', () => {
    expect(open).toThrow(`The policy cannot be read: ${file} (ENOENT).`);
  });
});

describe('a change', () => {
  test('comes into force, and is told', async () => {
    writeFileSync(file, text('scan'));
    const source = open();
    const told: string[] = [];
    source.onChange(({ version }) => told.push(version));
    const before = source.current().version;

    writeFileSync(file, text('query'));
    await look(source);

    expect(toolsOf(source)).toBe('query');
    expect(source.current().version).not.toBe(before);
    expect(told).toEqual([source.current().version]);
    expect(lines.map(({ policy }) => policy)).toEqual([before, source.current().version]);
  });

  test('waits until the file is no longer written', async () => {
    writeFileSync(file, text('scan'));
    const source = open();
    await look(source);

    writeFileSync(file, text('query'));
    await source.poll();
    expect(toolsOf(source)).toBe('scan');
    await source.poll();
    expect(toolsOf(source)).toBe('query');
  });

  test('may be a link that leads elsewhere, as mounted secrets change', async () => {
    for (const tool of ['scan', 'query']) writeFileSync(path.join(folder, tool), text(tool));
    symlinkSync('scan', file);
    const source = open();
    await look(source);

    symlinkSync('query', `${file}.new`);
    renameSync(`${file}.new`, file);
    await look(source);

    expect(toolsOf(source)).toBe('query');
  });

  test('to a bad one is refused once, and the one before stays', async () => {
    writeFileSync(file, text('scan'));
    const source = open();
    const before = source.current();

    writeFileSync(file, text('fly'));
    await look(source);
    await look(source);
    expect(source.reload()).toBe(false);

    expect(source.current()).toBe(before);
    expect(lines.slice(1)).toMatchObject([
      {
        level: 50,
        policy: before.version,
        problems: ['The policy is not valid:', expect.stringContaining('there is no such tool')],
      },
    ]);
  });

  test('that takes the file away leaves the policy', async () => {
    writeFileSync(file, text('scan'));
    const source = open();

    rmSync(file);
    await look(source);
    expect(toolsOf(source)).toBe('scan');

    writeFileSync(file, text('query'));
    await look(source);
    expect(toolsOf(source)).toBe('query');
  });

  test('back to what it was before a bad one is no change', () => {
    writeFileSync(file, text('scan'));
    const source = open();

    writeFileSync(file, text('fly'));
    source.reload();
    writeFileSync(file, text('scan'));
    source.reload();

    expect(toolsOf(source)).toBe('scan');
  });

  test('is looked for on SIGHUP, until the source is closed', () => {
    writeFileSync(file, text('scan'));
    const source = open();

    writeFileSync(file, text('query'));
    process.emit('SIGHUP');
    expect(toolsOf(source)).toBe('query');

    source.close();
    writeFileSync(file, text('get_item'));
    expect(process.listenerCount('SIGHUP')).toBe(0);
    expect(toolsOf(source)).toBe('query');
  });
});

test('a file that is written again with the same text has another signature, and the same version', async () => {
  writeFileSync(file, text('scan'));
  const source = open();
  const before = await fileSignature(file);

  writeFileSync(`${file}.new`, text('scan'));
  renameSync(`${file}.new`, file);

  expect(await fileSignature(file)).not.toBe(before);
  expect(source.reload()).toBe(false);
  expect(lines).toHaveLength(1);
});
