import type { Option, OptionValues } from '../command.ts';
import { LOCAL_OPTIONS, localOptions } from '../local-options.ts';
import type { RehearsalOptions } from './rehearsal.ts';

/** The options of commands that try a policy. */
export const POLICY_OPTIONS = {
  ...LOCAL_OPTIONS,
  policy: { type: 'string', value: 'FILE', summary: 'a policy in place of the configured one' },
} as const satisfies Record<string, Option>;

/** Which policy is tried on which table. */
export function rehearsalOptions(values: OptionValues): RehearsalOptions {
  const { policy, ...others } = values;
  return { file: policy === undefined ? undefined : String(policy), local: localOptions(others) };
}
