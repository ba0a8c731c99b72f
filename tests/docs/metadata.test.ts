import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ENVIRONMENT } from '../../src/config.ts';
import { PROJECT } from '../support/service-process.ts';

const read = (file: string) => readFileSync(join(PROJECT, file), 'utf8');
const manifest = JSON.parse(read('package.json'));
const server = JSON.parse(read('server.json'));

test('all that names the version names the same', () => {
  expect(server.version).toBe(manifest.version);
  expect(server.packages.map(({ version }: { version: string }) => version)).toEqual([
    manifest.version,
  ]);
  expect(read('Dockerfile')).toContain(`ARG VERSION=${manifest.version}\n`);
  expect(read('CHANGELOG.md')).toContain(`## [${manifest.version}]`);
});

test('all that names the server names the same', () => {
  expect(server.name).toBe(manifest.mcpName);
  expect(read('Dockerfile')).toContain(`io.modelcontextprotocol.server.name="${manifest.mcpName}"`);
});

test('the settings that a registry shows are settings, or the own ones of the SDK', () => {
  const names = server.packages[0].environmentVariables.map(({ name }: { name: string }) => name);

  expect(
    names.filter(
      (name: string) => !Object.hasOwn(ENVIRONMENT.shape, name) && name !== 'AWS_PROFILE',
    ),
  ).toEqual([]);
});

test('the package brings nothing that its bundle has already', () => {
  expect(manifest.dependencies).toBeUndefined();
  expect(Object.keys(manifest.optionalDependencies)).toEqual(['@dynoxide/linux-x64', 'dynalite']);
});
