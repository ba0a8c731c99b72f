import { fitProblems, fitWarnings } from '../../access/policy/fit.ts';
import { problemLines } from '../../access/policy/problems.ts';
import { withCall } from '../../dynamodb/calls/call.ts';
import type { TableSchema } from '../../dynamodb/tables/table-schema.ts';
import { StartError } from '../../errors.ts';
import { type Command, print } from '../command.ts';
import { POLICY_OPTIONS, rehearsalOptions } from './options.ts';
import { openRehearsal, type Rehearsal } from './rehearsal.ts';

const DEADLINE_MS = 10_000;

/** Checks the policy against itself and against the tables; fails where the service would. */
export const policyCheckCommand: Command = {
  name: 'policy check',
  summary: 'check the policy, also against the table',
  options: POLICY_OPTIONS,
  run: async (values) => {
    const rehearsal = await openRehearsal(rehearsalOptions(values));
    try {
      print(await check(rehearsal));
    } finally {
      await rehearsal.close();
    }
  },
};

async function check({ policy, gateway }: Rehearsal): Promise<string> {
  const schemas = await schemasOf(gateway);
  const problems = problemLines(fitProblems(policy, schemas));
  if (problems.length > 0) {
    const lines = problems.map((line) => `  ${line}`);
    throw new StartError(['The policy does not fit the table:', ...lines].join('\n'));
  }
  const warnings = problemLines([...policy.warnings, ...fitWarnings(policy, schemas)]);
  return [
    ...warnings.map((line) => `Warning: ${line}`),
    `The policy is valid: version ${policy.version}, ${policy.roles.size} roles.`,
  ].join('\n');
}

async function schemasOf(gateway: Rehearsal['gateway']): Promise<Map<string, TableSchema>> {
  const schemas = new Map<string, TableSchema>();
  const of = {
    requestId: 'check',
    caller: 'check',
    log: { warn: () => {} },
    deadlineMs: DEADLINE_MS,
  };
  for (const name of gateway.tableNames) {
    schemas.set(name, await withCall(of, (call) => gateway.at(name).schema(call)));
  }
  return schemas;
}
