import type { Logger } from 'pino';
import { StartError } from '../../errors.ts';
import type { Known } from './checks/known.ts';
import type { CompiledPolicy } from './compiled.ts';
import { readPolicyFile } from './policy-file.ts';
import { problemLines } from './problems.ts';
import { readPolicy } from './read.ts';
import { openSource, type PolicySource } from './source.ts';

/** The settings of access control. */
export interface PolicySettings {
  readonly ACCESS_POLICY_FILE?: string | undefined;
  readonly ACCESS_POLICY?: string | undefined;
}

/** The policy of a service and what keeps it up to date; undefined where none is configured. Throws StartError. */
export function openPolicy(
  { ACCESS_POLICY_FILE: file, ACCESS_POLICY: text }: PolicySettings,
  { log, ...known }: Known & { readonly log: Logger },
): PolicySource | undefined {
  if (file === undefined && text === undefined) return undefined;
  const read = () => (file === undefined ? (text ?? '') : readPolicyFile(file));
  return openSource({ file, read, compile: (given) => requirePolicy(given, known) }, log);
}

/** The policy in a text; throws StartError with all that is wrong with it. */
export function requirePolicy(text: string, known: Known): CompiledPolicy {
  const { policy, problems } = readPolicy(text, known);
  if (policy) return policy;
  const lines = problemLines(problems).map((line) => `  ${line}`);
  throw new StartError(['The policy is not valid:', ...lines].join('\n'));
}
