import { populate } from 'dotenv';
import { z } from 'zod';
import { accessProblems, accessSettings } from './config/access.ts';
import { apiKeys } from './config/api-keys.ts';
import { embeddings, embeddingsProblems } from './config/embeddings.ts';
import { readEnvFile } from './config/env-file.ts';
import { defaultHost, exposureProblems, type Given, type Purpose } from './config/exposure.ts';
import {
  choice,
  flag,
  headerKey,
  integer,
  list,
  logLevel,
  region,
  TABLE_NAME,
  TABLE_NAME_RULE,
  tableName,
} from './config/fields.ts';
import { misspelledSettings } from './config/misspelled.ts';
import { proxies } from './config/proxies.ts';
import { telemetrySettings } from './config/telemetry.ts';
import { hosts, origins, originsOrHosts } from './config/web-names.ts';
import { StartError } from './errors.ts';

/** Every environment variable that the service reads; `.env.example` and docs/operations.md follow it. */
export const ENVIRONMENT = z.object({
  AWS_REGION: region.describe(
    'Region of the table; if empty, that of the profile, else us-east-1.',
  ),
  AWS_DEFAULT_REGION: region.describe('Another name for AWS_REGION, which takes precedence.'),
  AWS_ACCESS_KEY_ID: z
    .string()
    .optional()
    .describe("Access key; leave empty to use a profile, SSO or the task's role."),
  AWS_SECRET_ACCESS_KEY: z.string().optional().describe('Secret of the access key.'),
  AWS_SESSION_TOKEN: z.string().optional().describe('Session token of temporary credentials.'),
  DYNAMODB_TABLE_NAME: z
    .string()
    .regex(TABLE_NAME, `must be ${TABLE_NAME_RULE}`)
    .default('MedAssureAI_Artifacts')
    .describe('Name of the table.'),
  DYNAMODB_TABLES: list(
    tableName,
    `must be table names of ${TABLE_NAME_RULE}, comma separated`,
  ).describe('Further tables that a request may name, comma separated.'),
  DYNAMODB_ENDPOINT_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .optional()
    .describe("Endpoint other than Amazon's own, such as a local DynamoDB."),
  LOCAL_ENGINE: z
    .enum(['dynoxide', 'dynalite'], { error: 'must be dynoxide or dynalite' })
    .optional()
    .describe(
      'Engine of the embedded database; if empty, Dynoxide where available, else dynalite.',
    ),
  DYNAMODB_TRANSPORT: z
    .enum(['lean', 'sdk'], { error: 'must be lean or sdk' })
    .default('lean')
    .describe(
      "`lean` bypasses the SDK's middleware for data operations; `sdk`, and any connection through a proxy, uses it.",
    ),
  NODE_USE_ENV_PROXY: z
    .enum(['0', '1'], { error: 'must be 0 or 1' })
    .transform((value) => value === '1')
    .default(false)
    .describe("Node's own switch: 1 to use HTTPS_PROXY or HTTP_PROXY, except for NO_PROXY."),
  LOG_LEVEL: logLevel.describe('TRACE, DEBUG, INFO, WARNING, ERROR or CRITICAL, in any case.'),
  ENVIRONMENT: z
    .string()
    .default('development')
    .describe(
      'Where this runs; only `development`, `dev`, `test` and `local` work without API keys.',
    ),
  HOST: z
    .string()
    .default(defaultHost(false))
    .describe('Address to listen on; if empty, 127.0.0.1 with the embedded database.'),
  PORT: integer(0, 65_535, 8002).describe('Port to listen on.'),
  API_KEYS: apiKeys.describe(
    'Keys that callers must present, as name:sha256, comma separated; empty for none.',
  ),
  ALLOW_UNAUTHENTICATED: flag(false).describe('Run without API keys anywhere, on purpose.'),
  ...accessSettings,
  READ_ONLY: flag(false).describe('Refuse every tool that writes.'),
  CONSOLE: choice.describe('Serve the console at `/console`; if empty, only in development.'),
  REQUEST_DEADLINE_MS: integer(100, 55_000, 10_000).describe(
    'Milliseconds for one request, including its time in the queue.',
  ),
  MAX_ATTEMPTS: integer(1, 10, 4).describe('Attempts per DynamoDB call, including the first.'),
  CONNECT_TIMEOUT_MS: integer(50, 55_000, 1_000).describe('Milliseconds to connect to DynamoDB.'),
  MAX_IN_FLIGHT: integer(1, 10_000, 256).describe('Most DynamoDB calls at once.'),
  MAX_QUEUE: integer(0, 100_000, 512).describe('Most calls that may wait for one of those.'),
  MAX_BODY_BYTES: integer(1_024, 104_857_600, 16_777_216).describe('Most bytes of a request body.'),
  MAX_RESULT_BYTES: integer(1_024, 67_108_864, 8_388_608).describe(
    'Bytes after which a walk or a batch reads no more pages.',
  ),
  MAX_PAGES: integer(1, 1_000, 50).describe('Most pages that one call with max_items reads.'),
  MAX_BATCH_ENTRIES: integer(1, 100_000, 1_000).describe('Most entries of one batch.'),
  ALLOWED_HOSTS: hosts.describe(
    'Host names by which web pages and MCP clients may call, besides those of this machine, comma separated; * for any.',
  ),
  ALLOWED_ORIGINS: origins.describe(
    'Web pages that may call, besides those of this machine and of the service itself, as in https://app.example.com, comma separated; * for any.',
  ),
  MCP_ALLOWED_HOSTS: hosts.describe('Older name of ALLOWED_HOSTS; its values are added.'),
  MCP_ALLOWED_ORIGINS: originsOrHosts.describe(
    'Older name of ALLOWED_ORIGINS; its values are added, and a host name stands for all its origins.',
  ),
  TRUSTED_PROXIES: proxies.describe(
    'Proxies whose `X-Forwarded-For` is trusted, as IP addresses or networks such as 10.0.0.0/16, comma separated; callers are told apart by the last address before them.',
  ),
  MCP_RESULT_MODE: z
    .enum(['text', 'structured', 'both'], { error: 'must be text, structured or both' })
    .default('text')
    .describe('Where MCP results carry their data: in text, in structured content, or in both.'),
  MCP_MAX_RESULT_BYTES: integer(1_024, 104_857_600, 61_440).describe('Bytes of an MCP result.'),
  EMBEDDINGS: embeddings.describe(
    "Model that makes vectors of texts for `search_vectors`: `bedrock:<model>`, or `openai:<model>@<url>` with the base URL of an API like OpenAI's.",
  ),
  EMBEDDINGS_API_KEY: headerKey.describe('Key for that API.'),
  BULK_TOKEN: headerKey.describe(
    'API key or access token with which `export` and `import` call the service that `--url` names.',
  ),
  TABLE_GUIDE_FILE: z.string().optional().describe('Markdown about the table, at most 8 KB.'),
  DRAIN_DELAY_MS: integer(0, 60_000, 2_000).describe(
    'Milliseconds between /ready turning 503 and the listener closing, while there are connections.',
  ),
  ...telemetrySettings,
});

/** Texts of several lines. */
const MULTILINE = new Set(['ACCESS_POLICY']);

export type Config = z.output<typeof ENVIRONMENT>;

/** Where Node and the SDK read what is theirs: proxies, credentials, profiles. */
export const PROCESS_ENVIRONMENT = process.env;

/** A configuration that is refused; its message lists all problems. */
export class ConfigError extends StartError {
  override readonly name = 'ConfigError';

  constructor(problems: string[]) {
    super(['The configuration is not valid:', ...problems.map((line) => `  ${line}`)].join('\n'));
  }
}

/** Reads `.env` into the environment, where it does not override, and then the environment. */
export function loadConfig(purpose: Purpose): Config {
  populate(process.env, readEnvFile('.env'));
  // The SDK and Node read some of these too, and must see the same: trimmed, and empty as absent.
  for (const [name, value] of Object.entries(process.env)) {
    if (!Object.hasOwn(ENVIRONMENT.shape, name) && !name.startsWith('AWS_')) continue;
    const trimmed = value?.trim();
    if (trimmed) process.env[name] = trimmed;
    else delete process.env[name];
  }
  return parseConfig(process.env, purpose);
}

/** The configuration in a set of environment variables; throws ConfigError. */
export function parseConfig(environment: Given, purpose: Purpose): Config {
  const given = Object.fromEntries(
    Object.entries(environment)
      .map(([name, value]) => [name, value?.trim()])
      .filter(([, value]) => value),
  );
  const parsed = ENVIRONMENT.safeParse({ HOST: defaultHost(purpose.local), ...given });
  const problems = [
    ...(parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`),
    ...generalProblems(given),
    ...exposureProblems(given, purpose),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return parsed.data;
}

function generalProblems(given: Given): string[] {
  const settings = Object.keys(ENVIRONMENT.shape);
  const garbled = Object.entries(given).filter(
    ([name, value]) =>
      (settings.includes(name) || name.startsWith('AWS_')) &&
      !MULTILINE.has(name) &&
      /\p{Cc}/u.test(value ?? ''),
  );
  const halfGiven = !given.AWS_ACCESS_KEY_ID !== !given.AWS_SECRET_ACCESS_KEY;
  return [
    ...embeddingsProblems(given),
    ...accessProblems(given),
    ...misspelledSettings(given, settings).map(
      ([name, meant]) => `${name} is not a setting; ${meant} is probably meant`,
    ),
    ...garbled.map(([name]) => `${name} must not contain line breaks or other control characters`),
    ...(halfGiven
      ? ['AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set together, or neither']
      : []),
  ];
}
