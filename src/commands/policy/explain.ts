import { identityOf, readAs } from '../../access/policy/cases.ts';
import { parseJson } from '../../json/parse.ts';
import { type Command, print, UsageError } from '../command.ts';
import { POLICY_OPTIONS, rehearsalOptions } from './options.ts';
import { openRehearsal } from './rehearsal.ts';

/** Says what a policy makes of one call: the decision, the grants, and the request to DynamoDB. */
export const policyExplainCommand: Command = {
  name: 'policy explain',
  argument: 'TOOL JSON',
  summary: 'show what the policy decides about a call, and what would be sent',
  options: {
    ...POLICY_OPTIONS,
    as: {
      type: 'string',
      value: 'WHO',
      summary: 'key:NAME, stdio, or {"issuer": …, "claims": {…}}',
    },
  },
  run: async ({ as, ...values }, tool, json = '{}') => {
    if (as === undefined || tool === undefined) {
      throw new UsageError('policy explain takes --as WHO, a tool and its input as JSON.');
    }
    const who = readAs(readInput(String(as)));
    const input = readInput(json);
    const rehearsal = await openRehearsal(rehearsalOptions(values));
    try {
      const decision = await rehearsal.decide(identityOf(who, rehearsal.policy), tool, input);
      print(JSON.stringify(decision, null, 2));
    } finally {
      await rehearsal.close();
    }
  },
};

/** JSON, or a plain word as it is. */
function readInput(text: string): unknown {
  if (!/^\s*[[{"]/.test(text)) return text;
  try {
    return parseJson(text);
  } catch {
    throw new UsageError(`This is not JSON: ${text.slice(0, LONGEST_SHOWN)}.`);
  }
}

const LONGEST_SHOWN = 80;
