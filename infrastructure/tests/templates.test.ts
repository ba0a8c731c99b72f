import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { createApp } from '../lib/app.ts';
import { synthesize } from '../lib/templates.ts';
import { synthesizedStacks } from './support/stacks.ts';
import { VARIANTS } from './support/variants.ts';

const FOLDER = path.join(import.meta.dirname, '../cloudformation');
const SOURCE = path.join(import.meta.dirname, '..');
/** What CloudFormation takes without a bucket. */
const INLINE_LIMIT = 51_200;

const templates = synthesize();
const files = readdirSync(FOLDER).sort();

test('there is a committed template for each stack', () => {
  expect(files).toEqual([...templates.keys()].sort());
});

test.each(files)('%s is what the source makes; if not, run npm run synth', (file) => {
  expect(readFileSync(path.join(FOLDER, file), 'utf8')).toBe(templates.get(file));
});

test.each([...templates])('%s can be deployed inline, without bootstrap and Lambda', (_, text) => {
  const template = JSON.parse(text);

  expect(Buffer.byteLength(text)).toBeLessThan(INLINE_LIMIT);
  expect(template.Rules).toBeUndefined();
  expect(template.Parameters?.BootstrapVersion).toBeUndefined();
  const types = Object.values<{ Type: string }>(template.Resources).map(({ Type }) => Type);
  expect(types.filter((type) => /^Custom::|^AWS::Lambda::|CustomResource/.test(type))).toEqual([]);
});

test.each(Object.keys(VARIANTS))('every stack can be deployed inline: %s', (variant) => {
  const sizes = synthesizedStacks(variant).map(({ name, template }) => [
    name,
    Buffer.byteLength(JSON.stringify(template, null, 1)),
  ]);

  expect(sizes.filter(([, size]) => Number(size) >= INLINE_LIMIT)).toEqual([]);
});

test('what CDK writes is no longer than that', () => {
  const outdir = mkdtempSync(path.join(tmpdir(), 'inline-'));
  const { stacks } = createApp({ outdir }).synth();

  for (const { templateFullPath, template } of stacks) {
    const size = Buffer.byteLength(JSON.stringify(template, null, 1));
    expect(statSync(templateFullPath).size).toBeLessThanOrEqual(size);
  }
  rmSync(outdir, { recursive: true });
});

test('nothing is looked up in an account', () => {
  const source = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /^(bin|lib)\/.*\.ts$/.test(file),
  );
  const looking = source.filter((file) =>
    /\.fromLookup|valueFromLookup|ContextProvider/.test(
      readFileSync(path.join(SOURCE, file), 'utf8'),
    ),
  );

  expect(source.length).toBeGreaterThan(10);
  expect(looking).toEqual([]);
});

test('synthesis gives the same bytes each time', () => {
  expect(synthesize()).toEqual(templates);
});

test('synthesis leaves no folders behind', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'templates-'));
  vi.stubEnv('TMPDIR', folder);

  synthesize();

  vi.unstubAllEnvs();
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});
