import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const SOURCE = path.join(import.meta.dirname, '../../src');

/** Where code of a folder may import from, besides its own folder; files at the top count alone. */
const MAY_IMPORT: Record<string, string[]> = {
  'errors.ts': [],
  'give-back.ts': [],
  'list-prices.ts': [],
  'read-at-most.ts': [],
  'version.ts': [],
  'config.ts': ['config', 'errors.ts'],
  config: ['errors.ts'],
  json: [],
  observability: ['errors.ts', 'version.ts'],
  'memory.ts': ['dynamodb/calls/budget.ts'],
  dynamodb: ['errors.ts', 'give-back.ts', 'json', 'observability', 'read-at-most.ts'],
  access: ['dynamodb', 'errors.ts', 'json', 'observability', 'read-at-most.ts'],
  embeddings: ['dynamodb', 'errors.ts', 'read-at-most.ts'],
  tools: ['access', 'dynamodb', 'embeddings', 'errors.ts', 'json', 'observability'],
  bulk: ['access', 'dynamodb', 'errors.ts', 'give-back.ts', 'json', 'tools'],
  mcp: [
    'access/confirmation.ts',
    'access/identity.ts',
    'access/audit/call-record.ts',
    'tools',
    'dynamodb/calls/call.ts',
    'dynamodb/tables/table-schema.ts',
    'dynamodb/values/attribute-names.ts',
    'dynamodb/values/shortest-vector.ts',
    'errors.ts',
    'json',
    'observability',
  ],
  http: [
    'access',
    'bulk',
    'tools',
    'mcp/endpoint.ts',
    'dynamodb/calls/budget.ts',
    'dynamodb/calls/call.ts',
    'dynamodb/calls/cancellation.ts',
    'memory.ts',
    'errors.ts',
    'give-back.ts',
    'json',
    'observability',
  ],
  local: ['dynamodb', 'errors.ts', 'json'],
  'readiness.ts': ['dynamodb'],
  'schema-reader.ts': ['dynamodb', 'errors.ts'],
  'table-guide.ts': ['errors.ts'],
  'token-options.ts': ['access', 'http', 'mcp', 'tools'],
  'console-options.ts': ['access', 'config', 'config.ts', 'http', 'tools', 'version.ts'],
  console: ['json', 'list-prices.ts'],
  'bulk-service.ts': ['access', 'bulk', 'config.ts', 'dynamodb', 'schema-reader.ts', 'tools'],
  'app.ts': [
    'access',
    'bulk-service.ts',
    'token-options.ts',
    'console-options.ts',
    'config.ts',
    'dynamodb',
    'embeddings',
    'errors.ts',
    'gateway-settings.ts',
    'http',
    'mcp',
    'memory.ts',
    'observability',
    'readiness.ts',
    'schema-reader.ts',
    'table-guide.ts',
    'tools',
    'version.ts',
  ],
  'gateway-settings.ts': ['config.ts', 'dynamodb'],
  'backend.ts': ['config.ts', 'dynamodb', 'gateway-settings.ts', 'local', 'observability'],
  'shutdown.ts': [],
  commands: [
    'access',
    'bulk',
    'bulk-service.ts',
    'json',
    'memory.ts',
    'app.ts',
    'backend.ts',
    'config',
    'config.ts',
    'dynamodb',
    'errors.ts',
    'gateway-settings.ts',
    'http',
    'list-prices.ts',
    'mcp',
    'observability',
    'shutdown.ts',
    'tools',
    'version.ts',
  ],
  'cli.ts': ['commands', 'errors.ts', 'version.ts'],
};

/** The only places that may import a package. */
const PACKAGES: [RegExp, string[]][] = [
  [/^fastify$/, ['http']],
  [/^@modelcontextprotocol\//, ['mcp']],
  [/^@(aws-sdk|smithy)\//, ['dynamodb']],
  [/^dynalite$/, ['local']],
  [/^jose$/, ['access']],
  [/^dotenv$/, ['config', 'config.ts']],
  [/^yaml$/, ['access']],
  [/^preact(\/|$)/, ['console']],
  [/^csv-/, ['bulk']],
  [/^cli-progress$/, ['commands']],
  [/^@opentelemetry\/api$/, ['dynamodb', 'http', 'mcp', 'observability', 'tools']],
  [/^@opentelemetry\/(?!api$)/, ['observability']],
];

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'))
  .sort();

function importsOf(file: string): string[] {
  const text = readFileSync(path.join(SOURCE, file), 'utf8');
  return [...text.matchAll(/(?:from |import\(|^import )'([^']+)'/gm)].flatMap(
    ([, name]) => name ?? [],
  );
}

const unitOf = (file: string) => file.split('/')[0] ?? file;

test.each(files)('%s imports inward only', (file) => {
  const unit = unitOf(file);
  const allowed = MAY_IMPORT[unit];
  const local = importsOf(file)
    .filter((name) => name.startsWith('.') && !name.endsWith('package.json'))
    .map((name) => path.join(path.dirname(file), name));

  expect(allowed, `${unit} stands in the table of layers`).toBeDefined();
  const outside = local.filter(
    (target) =>
      unitOf(target) !== unit &&
      !allowed?.some((unit) => target === unit || unitOf(target) === unit),
  );
  expect(outside).toEqual([]);
});

test.each(files)('%s imports only packages of its layer', (file) => {
  const forbidden = importsOf(file).filter((name) =>
    PACKAGES.some(([pattern, places]) => pattern.test(name) && !places.includes(unitOf(file))),
  );

  expect(forbidden).toEqual([]);
});

/** What a file imports when it is loaded: neither types nor what it imports later. */
function loadedWith(file: string): string[] {
  const text = readFileSync(path.join(SOURCE, file), 'utf8');
  const imports = text.matchAll(/^(?:import|export) (?!type )(?:[^']*? from )?'([^']+)'/gm);
  return [...imports].flatMap(([, name]) => name ?? []);
}

test('the SDK of OpenTelemetry is not loaded before it is wanted', () => {
  const loaded = new Set(['cli.ts']);
  const packages = new Set<string>();
  for (const file of loaded) {
    for (const name of loadedWith(file)) {
      if (!name.startsWith('.')) packages.add(name);
      else if (name.endsWith('.ts')) loaded.add(path.join(path.dirname(file), name));
    }
  }

  expect(loaded).toContain('observability/telemetry/telemetry.ts');
  expect([...packages].filter((name) => name.startsWith('@opentelemetry/'))).toEqual([
    '@opentelemetry/api',
  ]);
});

test('process.env is read in config.ts only', () => {
  const readers = files.filter((file) =>
    readFileSync(path.join(SOURCE, file), 'utf8').includes('process.env'),
  );

  expect(readers).toEqual(['config.ts']);
});

test('files are small', () => {
  const long = files.filter(
    (file) => readFileSync(path.join(SOURCE, file), 'utf8').split('\n').length > 200,
  );

  expect(long).toEqual([]);
});
