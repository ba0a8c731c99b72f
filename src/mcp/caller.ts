import { randomUUID } from 'node:crypto';
import type { AuthInfo, ProgressToken, ServerContext } from '@modelcontextprotocol/server';
import type { Context } from '@opentelemetry/api';
import type { Origin } from '../access/audit/call-record.ts';
import { newTrail, type ResultView } from '../dynamodb/calls/call.ts';
import { counted } from '../tools/counted.ts';
import type { Caller } from '../tools/invoke.ts';
import type { Principal } from '../tools/tool.ts';

/** Over stdio whoever started the process is the caller. */
export const STDIO = { kind: 'stdio' } as const;
const LOCAL_PRINCIPAL: Principal = { name: 'stdio', share: 'stdio', identity: STDIO };

/** Who sends a message. */
export function principalOf(authInfo: AuthInfo | undefined): Principal {
  const { principal = LOCAL_PRINCIPAL } = (authInfo?.extra ?? {}) as { principal?: Principal };
  return principal;
}

/** How a transport tells who calls: the SDK passes it through untouched. */
export function authInfoOf(sender: Sender): AuthInfo {
  return { token: '', clientId: sender.principal.name, scopes: [], extra: { ...sender } };
}

/** The span of the HTTP request that a message came in; undefined over stdio, or without traces. */
export function httpTraceOf(authInfo: AuthInfo | undefined): Context | undefined {
  const { trace } = (authInfo?.extra ?? {}) as Partial<Sender>;
  return trace;
}

/** Who sends a request, and how. */
interface Sender {
  principal: Principal;
  requestId: string;
  origin: Origin | undefined;
  /** The span of the HTTP request. */
  trace?: Context | undefined;
}

const LONGEST = 128;

/** What a client calls itself by the protocol, else in its HTTP request. */
function originOf(given: Origin = { transport: 'stdio' }, client: Client | undefined): Origin {
  if (!client) return given;
  return { ...given, client: `${client.name} ${client.version}`.slice(0, LONGEST) };
}

interface Client {
  name: string;
  version: string;
}

/** The caller of a tool, as the MCP request tells it. */
export function callerOf(
  { mcpReq, http }: ServerContext,
  authInfo: AuthInfo | undefined,
  view: ResultView | undefined,
  client: Client | undefined,
  trace?: Context,
): Caller {
  const { requestId = randomUUID(), origin } = (authInfo?.extra ?? {}) as Partial<Sender>;
  const progressToken = acceptsStream(http?.req) ? mcpReq._meta?.progressToken : undefined;
  return {
    principal: principalOf(authInfo),
    requestId,
    origin: originOf(origin, client),
    trail: newTrail(),
    trace,
    hangUp: mcpReq.signal,
    view,
    ...(progressToken !== undefined && { progress: reporter(progressToken, mcpReq.notify) }),
  };
}

/** Reports progress, which the protocol wants to increase with every report. */
function reporter(
  progressToken: ProgressToken,
  notify: ServerContext['mcpReq']['notify'],
): Caller['progress'] {
  let reported = -1;
  return (progress, total) => {
    if (progress <= reported) return;
    reported = progress;
    const params = {
      progressToken,
      progress,
      total,
      message: `${counted(progress, 'item')} found`,
    };
    void notify({ method: 'notifications/progress', params }).catch(() => {});
  };
}

/** Whether notifications can precede the result: over stdio always, over HTTP in a stream. */
function acceptsStream(request: Request | undefined): boolean {
  return request === undefined || acceptsEventStream(request);
}

/** Whether the client takes an answer as a stream of events. */
export function acceptsEventStream({ headers }: Request): boolean {
  return headers.get('accept')?.includes('text/event-stream') ?? false;
}
