import { readFileSync } from 'node:fs';
import { identityOf, type PolicyCase, readCases } from '../../access/policy/cases.ts';
import { StartError } from '../../errors.ts';
import { isJsonObject } from '../../json/parse.ts';
import { type Command, print, UsageError } from '../command.ts';
import { POLICY_OPTIONS, rehearsalOptions } from './options.ts';
import { type Decision, openRehearsal } from './rehearsal.ts';

/** Tries the policy on cases, each with the decision that is expected. */
export const policyTestCommand: Command = {
  name: 'policy test',
  argument: 'CASES',
  summary: 'test the policy with a file of cases',
  options: POLICY_OPTIONS,
  run: async (values, file) => {
    if (file === undefined) throw new UsageError('policy test takes a file of cases.');
    const cases = readCases(readText(file));
    const rehearsal = await openRehearsal(rehearsalOptions(values));
    const failures: string[] = [];
    try {
      for (const [index, each] of cases.entries()) {
        const identity = identityOf(each.as, rehearsal.policy);
        const failure = failureOf(each, await rehearsal.decide(identity, each.tool, each.input));
        if (failure) failures.push(`  case ${index + 1}, ${each.tool}: ${failure}`);
      }
    } finally {
      await rehearsal.close();
    }
    if (failures.length === 0) return print(`${cases.length} cases decided as expected.`);
    const count = `${failures.length} of ${cases.length} cases were decided otherwise:`;
    throw new StartError([count, ...failures].join('\n'));
  },
};

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new StartError(`The cases cannot be read: ${file}.`, { cause: error });
  }
}

/** What is other than a case expects. */
function failureOf({ expect, code, request }: PolicyCase, decided: Decision): string | undefined {
  const { decision, reason = '' } = decided;
  if (decision !== expect) return `expected ${expect}, got ${decision} ${reason}`.trim();
  if (code !== undefined && code !== decided.code) return `expected ${code}, got ${decided.code}`;
  if (request !== undefined && !includes(decided.request?.input, request)) {
    return `expected another request; it was ${JSON.stringify(decided.request)}`;
  }
  return undefined;
}

/** Whether a value has all that another has. */
function includes(whole: unknown, part: unknown): boolean {
  if (isJsonObject(part)) {
    return (
      isJsonObject(whole) &&
      Object.entries(part).every(([name, value]) => includes(whole[name], value))
    );
  }
  if (!Array.isArray(part)) return whole === part;
  return (
    Array.isArray(whole) &&
    whole.length === part.length &&
    part.every((value, index) => includes(whole[index], value))
  );
}
