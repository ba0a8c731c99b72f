import { isIPv4 } from 'node:net';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { z } from 'zod';

const RETENTION_DAYS = Object.values(RetentionDays).filter(
  (days): days is RetentionDays => typeof days === 'number' && days <= 3_653,
);

const TABLE_NAME = /^[\w.-]{3,255}$/;
const TABLE_NAME_RULE = '3 to 255 letters, digits, "_", "-" or "."';

function integer(minimum: number, maximum: number) {
  const rule = `must be a whole number from ${minimum} to ${maximum}`;
  return z.coerce.number(rule).int(rule).min(minimum, rule).max(maximum, rule);
}

function flag() {
  return z
    .stringbool({ truthy: ['true'], falsy: ['false'], error: 'must be true or false' })
    .default(false);
}

function oneOf<const Value extends string>(...values: Value[]) {
  return z.enum(values, { error: `must be ${values.join(' or ')}` }).default(values[0] as Value);
}

function isCidr(text: string, smallest = 0, largest = 32): boolean {
  const [address = '', prefix = '', ...rest] = text.split('/');
  const bits = /^\d{1,2}$/.test(prefix) ? Number(prefix) : Number.NaN;
  return isIPv4(address) && rest.length === 0 && bits >= smallest && bits <= largest;
}

const cidrs = z
  .string()
  .transform((list) => list.split(',').map((entry) => entry.trim()))
  .refine((list) => list.every((entry) => isCidr(entry)), {
    error: 'must be IPv4 ranges such as 10.0.0.0/8, comma separated',
  })
  .optional();

/** Every setting of the stacks, given as CDK context; the runbook's table follows it. */
export const SETTINGS = z.object({
  exposure: oneOf('internal', 'public').describe(
    'Where the load balancer stands: `internal` in the VPC only, `public` on the internet.',
  ),
  clientCidrs: cidrs.describe(
    'IPv4 ranges that may reach the load balancer, comma separated; if absent, the VPC itself, or everybody when public.',
  ),
  vpcCidr: z
    .string()
    .refine((text) => isCidr(text, 16, 24), 'must be an IPv4 range from /16 to /24')
    .default('10.0.0.0/16')
    .describe('IPv4 range of the VPC, /16 to /24.'),
  availabilityZones: integer(2, 3).default(2).describe('Availability zones, 2 or 3.'),
  tableName: z
    .string()
    .regex(TABLE_NAME, `must be ${TABLE_NAME_RULE}`)
    .default('MedAssureAI_Artifacts')
    .describe('Name of the table.'),
  furtherTables: z
    .string()
    .transform((text) => text.split(',').map((name) => name.trim()))
    .refine((names) => names.every((name) => TABLE_NAME.test(name)), {
      error: `must be table names of ${TABLE_NAME_RULE}, comma separated`,
    })
    .default([])
    .describe(
      'Tables of this account and region that exist already and that requests may name, comma separated.',
    ),
  vectorDimensions: integer(1, 4_096)
    .optional()
    .describe(
      'Numbers of a vector in the index `BY_MEANING` of the table; absent for no such index.',
    ),
  embeddingModel: z
    .string()
    .regex(/^[\w.:-]{1,256}$/, 'must be the id of a model')
    .optional()
    .describe('Model of Bedrock that makes vectors of texts; absent for none.'),
  maxReadUnits: integer(1, 4_000_000)
    .optional()
    .describe(
      'Most read request units a second, for the table and for its index; absent for no limit.',
    ),
  maxWriteUnits: integer(1, 4_000_000).optional().describe('The same for write request units.'),
  accessPolicy: flag().describe('Roles by a policy, which is a secret beside the API keys.'),
  readOnly: flag().describe('Tools and permissions that read, and nothing else.'),
  architecture: oneOf('arm64', 'x86_64').describe('Processor of the tasks and of the image.'),
  cpu: z
    .enum(['256', '512', '1024', '2048', '4096'], {
      error: 'must be 256, 512, 1024, 2048 or 4096',
    })
    .transform(Number)
    .default(512)
    .describe('CPU units of a task, 1024 for a vCPU; its memory is twice as many MiB.'),
  minTasks: integer(2, 100).default(2).describe('Tasks that always run, at least 2.'),
  maxTasks: integer(2, 1_000).default(10).describe('Tasks that run at most.'),
  wafRateLimit: integer(100, 2_000_000_000)
    .optional()
    .describe('Requests of one address in 5 minutes before WAF blocks it; absent for no WAF.'),
  logRetentionDays: z.coerce
    .number()
    .pipe(z.literal(RETENTION_DAYS, { error: `must be one of ${RETENTION_DAYS.join(', ')}` }))
    .default(RetentionDays.THREE_MONTHS)
    .describe('Days that logs are kept.'),
  collector: flag().describe(
    'A collector of OpenTelemetry in each task: traces to X-Ray, metrics to CloudWatch.',
  ),
  dataEvents: flag().describe(
    'A CloudTrail trail that records every call on the table; billed per event.',
  ),
});

export type Settings = z.output<typeof SETTINGS>;

/** What CDK itself keeps in the context: names with a colon or a slash, and these two commands. */
const CDKS_OWN = /[:/]|^cli-telemetry$|^acknowledged-issue-numbers$/;

/** Reads the settings out of CDK's context; throws one error that lists all problems. */
export function parseSettings(context: Record<string, unknown>): Settings {
  // Settings are text on the command line, and may be numbers or booleans in a file.
  const given = Object.entries(context)
    .filter(([name]) => !CDKS_OWN.test(name))
    .map(([name, value]) => [name, typeof value === 'object' ? value : String(value)]);
  const parsed = SETTINGS.strict().safeParse(Object.fromEntries(given));
  const problems = (parsed.error?.issues ?? []).map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `${issue.keys.join(', ')}: no such setting`
      : `${issue.path.join('.')} ${issue.message}`,
  );
  if (parsed.data && parsed.data.maxTasks < parsed.data.minTasks) {
    problems.push('maxTasks must not be below minTasks');
  }
  if (!parsed.success || problems.length > 0) {
    throw new Error(['The settings are not valid:', ...problems].join('\n  '));
  }
  return parsed.data;
}
