import dotenv from 'dotenv';
import { z } from 'zod';
import { StartError } from './errors.ts';
import { isLoopback } from './loopback.ts';

/** The names a log level may have, Python's among them, and pino's name for each. */
const LOG_LEVELS = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  WARNING: 'warn',
  ERROR: 'error',
  CRITICAL: 'fatal',
  FATAL: 'fatal',
} as const;

function integer(minimum: number, maximum: number, fallback: number) {
  const rule = `must be a whole number from ${minimum} to ${maximum}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, rule)
    .transform(Number)
    .pipe(z.number().min(minimum, rule).max(maximum, rule))
    .default(fallback);
}

function flag(fallback: boolean) {
  return z
    .stringbool({ truthy: ['true'], falsy: ['false'], error: 'must be true or false' })
    .default(fallback);
}

const logLevel = z
  .string()
  .transform((level) => level.toUpperCase())
  .pipe(
    z.enum(Object.keys(LOG_LEVELS) as [keyof typeof LOG_LEVELS], {
      error: `must be one of ${Object.keys(LOG_LEVELS).join(', ')}`,
    }),
  )
  .transform((level) => LOG_LEVELS[level])
  .default('info');

const region = z
  .string()
  .regex(/^[a-z0-9-]+$/, 'must be a region such as us-east-1')
  .optional();

const names = z
  .string()
  .regex(/^[^\s,]+(\s*,\s*[^\s,]+)*$/, 'must be names, comma separated')
  .transform((list) => list.split(',').map((name) => name.trim()))
  .default([]);

const apiKeys = z
  .string()
  .transform((list, context) => {
    const keys = list.split(',').map((entry) => /^\s*([\w.@-]+):([0-9a-f]{64})\s*$/.exec(entry));
    return keys.flatMap((match) => {
      const [, name, hash] = match ?? [];
      if (name !== undefined && hash !== undefined) return [{ name, hash }];
      context.addIssue('must be a comma separated list of name:sha256, as `hash-key` makes them');
      return [];
    });
  })
  .default([]);

/** Every environment variable that the service reads; `.env.example` and the README follow it. */
export const ENVIRONMENT = z.object({
  AWS_REGION: region.describe(
    'Region of the table; leave empty for that of the profile, else us-east-1.',
  ),
  AWS_DEFAULT_REGION: region.describe('The same by another name, after AWS_REGION.'),
  AWS_ACCESS_KEY_ID: z
    .string()
    .optional()
    .describe('Access key; leave empty to use a profile, SSO or the task role.'),
  AWS_SECRET_ACCESS_KEY: z.string().optional().describe('Secret of the access key.'),
  AWS_SESSION_TOKEN: z.string().optional().describe('Session token of temporary credentials.'),
  DYNAMODB_TABLE_NAME: z
    .string()
    .regex(/^[\w.-]{3,255}$/, 'must be 3 to 255 letters, digits, "_", "-" or "."')
    .default('MedAssureAI_Artifacts')
    .describe('Name of the table.'),
  DYNAMODB_ENDPOINT_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .optional()
    .describe("Endpoint other than Amazon's own, such as a local DynamoDB."),
  DYNAMODB_TRANSPORT: z
    .enum(['lean', 'sdk'], { error: 'must be lean or sdk' })
    .default('lean')
    .describe(
      "`lean` sends data operations past the SDK's middleware; `sdk`, and any way through a proxy, through it.",
    ),
  NODE_USE_ENV_PROXY: z
    .enum(['0', '1'], { error: 'must be 0 or 1' })
    .transform((value) => value === '1')
    .default(false)
    .describe("Node's own switch: 1 to go through HTTPS_PROXY or HTTP_PROXY, NO_PROXY aside."),
  LOG_LEVEL: logLevel.describe('TRACE, DEBUG, INFO, WARNING, ERROR or CRITICAL, in any case.'),
  ENVIRONMENT: z.string().default('development').describe('`production` asks for API keys.'),
  HOST: z.string().default('0.0.0.0').describe('Address to listen on.'),
  PORT: integer(0, 65_535, 8002).describe('Port to listen on.'),
  API_KEYS: apiKeys.describe(
    'Keys that callers must present, as name:sha256, comma separated; empty for none.',
  ),
  ALLOW_UNAUTHENTICATED: flag(false).describe('Run without API keys in production, on purpose.'),
  READ_ONLY: flag(false).describe('Refuse every tool that writes.'),
  REQUEST_DEADLINE_MS: integer(100, 55_000, 10_000).describe(
    'Time for one request, its time in the queue included.',
  ),
  MAX_ATTEMPTS: integer(1, 10, 4).describe('Attempts per DynamoDB call, the first included.'),
  CONNECT_TIMEOUT_MS: integer(50, 55_000, 1_000).describe('Time to connect to DynamoDB.'),
  MAX_IN_FLIGHT: integer(1, 10_000, 256).describe('DynamoDB calls at once.'),
  MAX_QUEUE: integer(0, 100_000, 512).describe('Calls that may wait for one of those.'),
  MAX_BODY_BYTES: integer(1_024, 104_857_600, 16_777_216).describe('Largest request body.'),
  MAX_RESULT_BYTES: integer(1_024, 67_108_864, 8_388_608).describe(
    'Bytes after which a walk or a batch reads no further page.',
  ),
  MAX_PAGES: integer(1, 1_000, 50).describe('Pages that one call with max_items reads at most.'),
  MAX_BATCH_ENTRIES: integer(1, 100_000, 1_000).describe('Entries of one batch.'),
  MCP_ALLOWED_HOSTS: names.describe(
    'Host names that MCP clients use, without ports, comma separated; empty for this machine only, * for any.',
  ),
  MCP_ALLOWED_ORIGINS: names.describe('Host names of web pages that may use MCP, the same way.'),
  MCP_RESULT_MODE: z
    .enum(['text', 'structured', 'both'], { error: 'must be text, structured or both' })
    .default('text')
    .describe('Where MCP results carry their data: in text, in structured content, or in both.'),
  MCP_MAX_RESULT_BYTES: integer(1_024, 104_857_600, 61_440).describe('Bytes of one MCP result.'),
  TABLE_GUIDE_FILE: z.string().optional().describe('Markdown about the table, at most 8 KB.'),
  DRAIN_DELAY_MS: integer(0, 60_000, 0).describe(
    'Time between /ready turning 503 and the listener closing.',
  ),
});

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
export function loadConfig(options: { local: boolean }): Config {
  dotenv.config({ quiet: true });
  for (const name of Object.keys(ENVIRONMENT.shape)) {
    // The SDK reads some of these too, and must see empty ones as absent.
    if (process.env[name] === '') delete process.env[name];
  }
  return parseConfig(process.env, options);
}

/** The configuration in a set of environment variables; throws ConfigError. */
export function parseConfig(
  environment: Record<string, string | undefined>,
  { local }: { local: boolean },
): Config {
  const given = Object.fromEntries(
    Object.entries(environment)
      .map(([name, value]) => [name, value?.trim()])
      .filter(([, value]) => value),
  );
  const parsed = ENVIRONMENT.safeParse(given);
  const problems = [
    ...(parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`),
    ...crossChecks(given, local),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return parsed.data;
}

function crossChecks(given: Record<string, string | undefined>, local: boolean): string[] {
  const problems: string[] = [];
  const production = given.ENVIRONMENT?.toLowerCase() === 'production';
  const exposed = !isLoopback(given.HOST ?? '0.0.0.0');
  const unlocked = !given.API_KEYS && given.ALLOW_UNAUTHENTICATED?.toLowerCase() !== 'true';
  if (!given.AWS_ACCESS_KEY_ID !== !given.AWS_SECRET_ACCESS_KEY) {
    problems.push('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set together, or neither');
  }
  if (production && local) {
    problems.push('ENVIRONMENT=production does not go with the embedded database (--local)');
  }
  if (production && exposed && unlocked) {
    problems.push(
      'API_KEYS must be set in production, or ALLOW_UNAUTHENTICATED=true to do without on purpose',
    );
  }
  return problems;
}
