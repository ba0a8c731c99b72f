import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newSampleTable, startService, type TestService } from '../support/service.ts';
import { PROJECT } from '../support/service-process.ts';

const README = readFileSync(join(PROJECT, 'README.md'), 'utf8');

/** The languages of the README's programs, with what runs them and what they print. */
const PROGRAMS = {
  python: { command: ['python3', '-'], printed: '0.1000000000000000000000000001\n' },
  js: {
    command: [process.execPath, '--input-type=module'],
    printed: '1208925819614629174706176n\n',
  },
};

/** What the programs write to. */
const KEY = { PK: 'PROJECT#test123', SK: 'PRICE' };

let service: TestService;

beforeAll(async () => {
  service = await startService({ table: await newSampleTable() });
});

afterAll(() => service.close());

const isThere = ([name = '']: string[]) => spawnSync(name, ['--version']).status === 0;

describe.each(Object.entries(PROGRAMS))('the program in %s', (language, { command, printed }) => {
  test.skipIf(!isThere(command))('keeps every digit and leaves nothing behind', async () => {
    const block = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\\n\`\`\`\\n`);
    const [, program = ''] = block.exec(README) ?? [];
    const [name = '', ...args] = command;
    const child = spawn(name, args);

    child.stdin.end(program.replaceAll('http://localhost:8002', service.url));
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);

    expect(stderr).toBe('');
    expect(stdout).toBe(printed);
    // The replies in docs/tools.md are those of a reader who has run the programs first.
    const { body } = await service.call('get_item', { key: KEY });
    expect(body.item).toBeNull();
  });
});
