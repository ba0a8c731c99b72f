import type { Audit } from '../access/audit/audit.ts';
import type { AuditedCall } from '../access/audit/call-record.ts';
import type { Entry } from '../access/control.ts';
import { type ErrorCode, ServiceError } from '../errors.ts';
import { isJsonObject } from '../json/parse.ts';
import { traceIdIn } from '../observability/telemetry/trace-context.ts';
import type { Caller } from './invoke.ts';
import { tableIn } from './tables.ts';
import type { AnyTool } from './tool.ts';

/** A call that is over, as `invoke` knows it. */
interface EndedCall {
  tool: AnyTool;
  rawInput: unknown;
  caller: Caller;
  /** Undefined for a call that was not let in. */
  entry: Entry | undefined;
  failed: ServiceError | undefined;
  started: number;
  /** The table that is meant where none is named. */
  table: string;
}

/** The codes of calls that were refused for who calls. */
const DENIALS = new Set<ErrorCode>(['Forbidden', 'RateLimited', 'ConfirmationRequired']);

/** Refuses a call that writes while it could not be written down. */
export function refuseUnaudited(
  audit: Pick<Audit, 'mayWrite'> | undefined,
  { effect, name }: AnyTool,
): void {
  if (!audit || effect === 'read' || audit.mayWrite()) return;
  throw new ServiceError(
    'AuditUnavailable',
    `The audit of this service cannot be written now, and ${name} is not carried out without it.`,
  );
}

/** What the audit tells of a call. */
export function auditedCall(ended: EndedCall): AuditedCall {
  const { tool, rawInput, caller, entry, failed, started, table } = ended;
  const { trail, principal } = caller;
  const input = isJsonObject(rawInput) ? rawInput : {};
  return {
    requestId: caller.requestId,
    traceId: caller.trace && traceIdIn(caller.trace),
    origin: caller.origin,
    identity: principal.identity,
    role: entry?.role.name,
    policy: entry?.policy.version,
    tool: tool.name,
    effect: tool.effect,
    table: tableIn(input) ?? table,
    index: typeof input.index_name === 'string' ? input.index_name : undefined,
    noted: entry?.access.noted,
    decision: decisionOf(failed),
    reason: failed && DENIALS.has(failed.code) ? failed.message : undefined,
    confirmation: trail.confirmation,
    status: failed?.status ?? 200,
    code: failed?.code,
    items: trail.count,
    capacity: trail.consumedCapacity,
    durationMs: Math.round((performance.now() - started) * 10) / 10,
    awsRequestIds: trail.awsRequestIds ?? [],
  };
}

function decisionOf(failed: ServiceError | undefined): AuditedCall['decision'] {
  if (!failed) return 'allow';
  return DENIALS.has(failed.code) ? 'deny' : 'fail';
}
