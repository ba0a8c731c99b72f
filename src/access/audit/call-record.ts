import type { Noted } from '../../dynamodb/guard/access.ts';
import type { Identity } from '../identity.ts';

/** How a call came in. */
export interface Origin {
  readonly transport: 'rest' | 'bulk' | 'mcp' | 'stdio';
  /** Undefined over stdio. */
  readonly address?: string | undefined;
  /** What the client calls itself. */
  readonly client?: string | undefined;
}

/** A call that is over. */
export interface AuditedCall {
  readonly requestId: string;
  /** Undefined where the call is not traced. */
  readonly traceId?: string | undefined;
  readonly origin: Origin | undefined;
  readonly identity: Identity | undefined;
  readonly role: string | undefined;
  readonly policy: string | undefined;
  readonly tool: string;
  readonly effect: string;
  readonly table: string;
  readonly index: string | undefined;
  readonly noted: Noted | undefined;
  readonly decision: 'allow' | 'deny' | 'fail';
  /** Why it was refused, in the words of the reply. */
  readonly reason: string | undefined;
  readonly confirmation: string | undefined;
  readonly status: number;
  readonly code: string | undefined;
  readonly items: number | undefined;
  readonly capacity: number;
  readonly durationMs: number;
  readonly awsRequestIds: readonly string[];
}

/** What a line tells at most of each kind: it must never be cut, which would break the chain. */
const MOST_NAMES = 50;
const MOST_KEYS = 100;
const LONGEST = 256;
/** A log line has 64 KB at most; one that would be longer tells how much it leaves out. */
const MOST_BYTES = 49_152;

/** How keys are told. */
export type TellKey = ((key: string) => string) | undefined;

/** The members of an object as they stand in its JSON. */
export function membersOf(object: object): string {
  return JSON.stringify(object).slice(1, -1);
}

/**
 * A call as an audit line tells it, members in JSON: who, what, which keys and names of attributes,
 * and no values.
 */
export function callMembers(call: AuditedCall, tellKey: TellKey): string {
  const who = call.identity ? principalMember(call.identity) : '';
  const record = wholeRecord(call, tellKey);
  const members = who + membersOf(record);
  if (members.length * BYTES_A_UNIT <= MOST_BYTES || Buffer.byteLength(members) <= MOST_BYTES) {
    return members;
  }
  const { read, written, masked, keys } = call.noted ?? {};
  return (
    who +
    membersOf({
      ...record,
      keys: undefined,
      more_keys: keys?.length,
      read: read?.size,
      written: written?.size,
      masked: masked?.size,
      observed: undefined,
    })
  );
}

/** No character takes more in UTF-8 than this for a unit of a string. */
const BYTES_A_UNIT = 3;

function wholeRecord(call: AuditedCall, tellKey: TellKey): object {
  const { noted } = call;
  const { keys = [], refusals = [] } = noted ?? {};
  return {
    request_id: short(call.requestId),
    trace_id: call.traceId,
    aws_request_ids: call.awsRequestIds.slice(0, MOST_NAMES).map((id) => short(id)),
    transport: call.origin?.transport,
    role: call.role,
    client: short(call.origin?.client),
    address: short(call.origin?.address),
    tool: call.tool,
    table: short(call.table),
    index: short(call.index),
    effect: call.effect,
    ...(tellKey && {
      keys: keys.slice(0, MOST_KEYS).map((key) => tellKey(key).slice(0, LONGEST)),
    }),
    ...(keys.length > MOST_KEYS && { more_keys: keys.length - MOST_KEYS }),
    read: names(noted?.read),
    written: names(noted?.written),
    masked: names(noted?.masked),
    decision: call.decision,
    policy: call.policy,
    grants: names(noted?.grants),
    reason: short(call.reason),
    ...(refusals.length > 0 && {
      observed: refusals.slice(0, MOST_NAMES).map((text) => short(text)),
    }),
    confirmation: call.confirmation,
    status: call.status,
    code: call.code,
    items: call.items,
    capacity: call.capacity,
    duration_ms: call.durationMs,
  };
}

const principals = new WeakMap<Identity, string>();

/** The member that says who called, made once for each of them. */
function principalMember(identity: Identity): string {
  const known = principals.get(identity) ?? `"principal":${JSON.stringify(principal(identity))},`;
  principals.set(identity, known);
  return known;
}

function principal(identity: Identity): object {
  switch (identity.kind) {
    case 'key':
      return { key: identity.name };
    case 'stdio':
      return { stdio: true };
    case 'token':
      return {
        issuer: identity.issuer,
        sub: short(identity.subject),
        client_id: short(identity.clientId),
        scopes: identity.scopes.slice(0, MOST_NAMES).map((scope) => short(scope)),
        jti: typeof identity.claims.jti === 'string' ? short(identity.claims.jti) : undefined,
      };
  }
}

function names(set: ReadonlySet<string> | undefined): string[] | undefined {
  if (!set || set.size === 0) return undefined;
  return [...set].slice(0, MOST_NAMES).map((name) => name.slice(0, LONGEST));
}

function short(text: string | undefined): string | undefined {
  return text?.slice(0, LONGEST);
}
