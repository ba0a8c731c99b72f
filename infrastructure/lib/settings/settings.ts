import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { z } from 'zod';
import { PRODUCTION } from '../names.ts';
import { flag, ids, integer, isCidr, isId, list, oneOf } from './fields.ts';

const RETENTION_DAYS = Object.values(RetentionDays).filter(
  (days): days is RetentionDays => typeof days === 'number' && days <= 3_653,
);

const TABLE_NAME = /^[\w.-]{3,255}$/;
const TABLE_NAME_RULE = '3 to 255 letters, digits, "_", "-" or "."';

/** Every setting of the stacks, given as CDK context; the runbook's table follows it. */
export const SETTINGS = z.object({
  stage: z
    .string()
    .regex(/^[a-z][a-z0-9]{0,11}$/, 'must be 1 to 12 small letters and digits, a letter first')
    .default(PRODUCTION)
    .describe(
      'What this deployment is for. All names carry it but those of `production`, so that stages stand side by side.',
    ),
  exposure: oneOf('internal', 'public').describe(
    'Where the load balancer stands: `internal` in the VPC only, `public` on the internet.',
  ),
  clientCidrs: list((entry) => isCidr(entry), 'IPv4 ranges such as 10.0.0.0/8')
    .optional()
    .describe(
      'IPv4 ranges that may reach the load balancer, comma separated; if absent, the VPC itself, or everybody when public.',
    ),
  privateLinkAccounts: list((entry) => /^\d{12}$/.test(entry), 'ids of accounts, of 12 digits')
    .default([])
    .describe(
      'Accounts that may reach an internal load balancer by PrivateLink, from any VPC of theirs, comma separated.',
    ),
  vpcCidr: z
    .string()
    .refine((text) => isCidr(text, 16, 24), 'must be an IPv4 range from /16 to /24')
    .default('10.0.0.0/16')
    .describe('IPv4 range of the VPC, /16 to /24.'),
  availabilityZones: integer(2, 3)
    .default(2)
    .describe('Availability zones, 2 or 3; in an existing VPC its subnets say which.'),
  vpcId: z
    .string()
    .refine((text) => isId('vpc', text), 'must be an id such as vpc-0123456789abcdef0')
    .optional()
    .describe('An existing VPC, whose range is `vpcCidr`; absent for one of its own.'),
  subnetIds: ids('subnet')
    .default([])
    .describe(
      'In an existing VPC the private subnets of the tasks and of an internal load balancer, one a zone, comma separated.',
    ),
  publicSubnetIds: ids('subnet')
    .default([])
    .describe('In an existing VPC the subnets of a public load balancer, one a zone.'),
  routeTableIds: ids('rtb')
    .default([])
    .describe(
      'In an existing VPC the route tables of `subnetIds`, for endpoints of its own; absent where the VPC has all endpoints already.',
    ),
  tableName: z
    .string()
    .regex(TABLE_NAME, `must be ${TABLE_NAME_RULE}`)
    .default('MedAssureAI_Artifacts')
    .describe('Name of the table; the default carries the stage.'),
  existingTable: flag().describe(
    'The table exists already and stays what it is; nothing of it is made or changed.',
  ),
  tableKeyArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, 'must be the ARN of a key in KMS')
    .optional()
    .describe("The existing table's key; absent where AWS owns or manages it."),
  furtherTables: list((name) => TABLE_NAME.test(name), `table names of ${TABLE_NAME_RULE}`)
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
    .describe(
      'Requests of one address in 5 minutes before WAF blocks it, beside the rules that AWS manages, with a log; absent for no WAF.',
    ),
  logRetentionDays: z.coerce
    .number()
    .pipe(z.literal(RETENTION_DAYS, { error: `must be one of ${RETENTION_DAYS.join(', ')}` }))
    .default(RetentionDays.THREE_MONTHS)
    .describe('Days that logs are kept, those of the load balancer too.'),
  collector: flag().describe(
    'A collector of OpenTelemetry in each task: traces to X-Ray, metrics to CloudWatch.',
  ),
  dataEvents: flag().describe(
    'A CloudTrail trail that records every call on the table; billed per event.',
  ),
});

export type Settings = z.output<typeof SETTINGS>;
