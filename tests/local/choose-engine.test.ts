import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { StartError } from '../../src/errors.ts';
import { chooseEngine } from '../../src/local/choose-engine.ts';

let folder: string;
let binary: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dynamodb-mcp-server-'));
  binary = join(folder, 'dynoxide');
});

afterEach(() => vi.unstubAllGlobals());

afterAll(() => rm(folder, { recursive: true }));

describe('where no package has a binary for the platform', () => {
  const elsewhere = { platform: 'linux', arch: 'none' };

  test('a dynoxide on the PATH is used', async () => {
    vi.stubGlobal('process', { ...process, ...elsewhere });
    await writeFile(binary, '');
    await chmod(binary, 0o755);

    expect(chooseEngine(undefined, `/nowhere:${folder}`)).toEqual({ name: 'dynoxide', binary });
    expect(chooseEngine('dynoxide', folder)).toEqual({ name: 'dynoxide', binary });
    expect(chooseEngine('dynalite', folder)).toEqual({ name: 'dynalite' });
  });

  test.each([undefined, '', '/nowhere', tmpdir()])('PATH=%j leaves dynalite', (searchPath) => {
    vi.stubGlobal('process', { ...process, ...elsewhere });

    expect(chooseEngine(undefined, searchPath)).toEqual({ name: 'dynalite' });
    expect(() => chooseEngine('dynoxide', searchPath)).toThrow(
      new StartError(
        'LOCAL_ENGINE=dynoxide needs Dynoxide, which is neither installed with npm ci here nor on the PATH.',
      ),
    );
  });

  test('a program on Windows is not used', async () => {
    vi.stubGlobal('process', { ...process, ...elsewhere, platform: 'win32' });

    expect(chooseEngine(undefined, folder)).toEqual({ name: 'dynalite' });
  });
});
