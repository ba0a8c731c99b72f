import type { Identity } from '../access/identity.ts';
import type { ErrorCode, ServiceError } from '../errors.ts';
import type { Instruments } from '../observability/telemetry/instruments.ts';
import { OK } from '../observability/telemetry/names.ts';
import type { Caller } from './invoke.ts';
import type { AnyTool } from './tool.ts';

/** Told of every call when it is over, and why it failed if it did. */
export type ObserveCall = (tool: AnyTool, caller: Caller, failed: ServiceError | undefined) => void;

/** The codes of calls that a limit or the policy refused. */
const REFUSED = new Set<ErrorCode>([
  'Forbidden',
  'RateLimited',
  'ConfirmationRequired',
  'Overloaded',
  'AuditUnavailable',
]);

/**
 * Counts calls, and those that were refused, by names that are configured: roles and API keys. Who
 * comes with a token is told by the role alone, for there is no end of subjects.
 */
export function createCallObserver(
  { toolCalls, refusals }: Pick<Instruments, 'toolCalls' | 'refusals'>,
  roleOf: (identity: Identity | undefined) => string | undefined,
): ObserveCall {
  return ({ name }, { principal: { identity }, origin }, failed) => {
    const code = failed?.code ?? OK;
    toolCalls.add(1, name, origin?.transport, code);
    if (!failed || !REFUSED.has(failed.code)) return;
    refusals.add(1, code, roleOf(identity), identity?.kind === 'key' ? identity.name : undefined);
  };
}
