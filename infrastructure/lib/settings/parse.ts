import type { z } from 'zod';
import { PRODUCTION } from '../names.ts';
import { SETTINGS, type Settings } from './settings.ts';

/** What CDK itself keeps in the context: names with a colon or a slash, and these two commands. */
const CDKS_OWN = /[:/]|^cli-telemetry$|^acknowledged-issue-numbers$/;
/** Settings of single stages, by stage; they outrank those beside it. */
const STAGES = 'stages';

/** What must hold between settings, as the sentence of what is wrong. */
const RULES: readonly [wrong: (settings: Settings) => boolean, problem: string][] = [
  [({ minTasks, maxTasks }) => maxTasks < minTasks, 'maxTasks must not be below minTasks'],
  [
    ({ vpcId, subnetIds }) => vpcId !== undefined && subnetIds.length < 2,
    'subnetIds must name at least two subnets of vpcId',
  ],
  [
    ({ vpcId, exposure, subnetIds, publicSubnetIds }) =>
      vpcId !== undefined &&
      publicSubnetIds.length !== (exposure === 'public' ? subnetIds.length : 0),
    'publicSubnetIds must be as many as subnetIds where exposure is public, and absent where it is not',
  ],
  [
    ({ vpcId, subnetIds, routeTableIds }) =>
      vpcId !== undefined && ![0, 1, subnetIds.length].includes(routeTableIds.length),
    'routeTableIds must be one for all subnetIds, or one for each',
  ],
  [
    ({ vpcId, subnetIds, publicSubnetIds, routeTableIds }) =>
      vpcId === undefined && [subnetIds, publicSubnetIds, routeTableIds].flat().length > 0,
    'subnetIds, publicSubnetIds and routeTableIds go with vpcId',
  ],
  [
    ({ exposure, privateLinkAccounts }) => exposure === 'public' && privateLinkAccounts.length > 0,
    'privateLinkAccounts go with an internal load balancer',
  ],
  [
    ({ existingTable, tableKeyArn }) => !existingTable && tableKeyArn !== undefined,
    'tableKeyArn goes with existingTable',
  ],
  [
    ({ existingTable, vectorDimensions, maxReadUnits, maxWriteUnits }) =>
      existingTable && [vectorDimensions, maxReadUnits, maxWriteUnits].some(Boolean),
    'vectorDimensions, maxReadUnits and maxWriteUnits are not for an existingTable',
  ],
];

/** Reads the settings of the stage out of CDK's context; throws one error that lists all problems. */
export function parseSettings(context: Record<string, unknown>): Settings {
  const given = ofStage(context);
  const parsed = SETTINGS.strict().safeParse(given);
  const problems = [
    ...unknownStage(context),
    ...(parsed.error?.issues ?? []).map(problemOf),
    ...RULES.flatMap(([wrong, problem]) => (parsed.data && wrong(parsed.data) ? [problem] : [])),
    ...(given.vpcId !== undefined && given.vpcCidr === undefined
      ? ['vpcCidr must be given with vpcId']
      : []),
  ];
  if (!parsed.success || problems.length > 0) {
    throw new Error(['The settings are not valid:', ...problems].join('\n  '));
  }
  const { stage, tableName } = parsed.data;
  const isOwnDefault = given.tableName === undefined && stage !== PRODUCTION;
  return { ...parsed.data, tableName: isOwnDefault ? `${tableName}-${stage}` : tableName };
}

/** A misspelled stage would be a new deployment beside the others. */
function unknownStage({ stage, [STAGES]: stages }: Record<string, unknown>): string[] {
  if (!isRecord(stages) || stage === undefined || stage === PRODUCTION) return [];
  const known = Object.keys(stages);
  return known.includes(String(stage))
    ? []
    : [`stage must be ${PRODUCTION} or one of ${STAGES}: ${known.join(', ')}`];
}

function problemOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `${issue.keys.join(', ')}: no such setting`;
  return `${issue.path.join('.')} ${issue.message}`;
}

/** The settings as text: so they are on the command line, and may be numbers or booleans in a file. */
function ofStage(context: Record<string, unknown>): Record<string, unknown> {
  const { [STAGES]: stages, ...shared } = context;
  const stage = String(shared.stage ?? PRODUCTION);
  const own = isRecord(stages) && Object.hasOwn(stages, stage) ? stages[stage] : {};
  const given = { ...shared, ...(isRecord(own) ? own : {}) };
  return Object.fromEntries(
    Object.entries(given)
      .filter(([name]) => !CDKS_OWN.test(name))
      .map(([name, value]) => [name, typeof value === 'object' ? value : String(value)]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
