import { isJsonObject, type JsonObject, parseJson } from '../json/parse.ts';

/** What the service tells of whoever uses the page. */
export interface Session {
  version: string;
  principal: string;
  role: string | null;
  has_policy: boolean;
  read_only: boolean;
  embeds: boolean;
  tables: string[];
  tools: string[];
}

/** What a call cost. */
export interface Cost {
  milliseconds: number;
  /** Undefined where a policy keeps it. */
  capacity: number | undefined;
}

/** A refusal of the service, or that it could not be reached. */
export class ServiceFailure extends Error {
  readonly code: string;
  readonly body: JsonObject;

  constructor(code: string, message: string, body: JsonObject = {}) {
    super(message);
    this.code = code;
    this.body = body;
  }
}

const KEPT = 'dynamodb-console-key';
const kept = sessionStorage.getItem(KEPT);
let key: string | undefined = kept ?? undefined;

/** Signs in with an API key or a token; kept for this tab where that is wished, else in memory. */
export function signIn(given: string, keep: boolean): void {
  key = given.trim();
  if (keep) sessionStorage.setItem(KEPT, key);
  else sessionStorage.removeItem(KEPT);
}

/** Forgets the key. */
export function signOut(): void {
  key = undefined;
  sessionStorage.removeItem(KEPT);
}

/** The headers of every request. */
export function headers(): Record<string, string> {
  return { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) };
}

/** Runs a tool; throws ServiceFailure. */
export async function call(tool: string, input: JsonObject): Promise<JsonObject & { cost: Cost }> {
  const started = performance.now();
  const body = JSON.stringify(input);
  const { reply, read } = await send(`/tools/${tool}`, { method: 'POST', body });
  const capacity = reply.headers.get('x-consumed-capacity');
  return {
    ...read,
    cost: {
      milliseconds: performance.now() - started,
      capacity: capacity === null ? undefined : Number(capacity),
    },
  };
}

/** Who am I, and what may I do. */
export async function readSession(): Promise<Session> {
  const { read } = await send('/console/session', {});
  return read as unknown as Session;
}

async function send(path: string, init: RequestInit) {
  const reply = await fetch(path, { ...init, headers: headers() }).catch(() => {
    throw new ServiceFailure('Unreachable', 'The service cannot be reached.');
  });
  const text = await reply.text();
  const read = readReply(text);
  if (!reply.ok) {
    throw new ServiceFailure(
      String(read.code ?? reply.status),
      String(read.error ?? `The service answered ${reply.status}.`),
      read,
    );
  }
  return { reply, read };
}

/** With every digit of every number. */
function readReply(text: string): JsonObject {
  try {
    const read = parseJson(text);
    return isJsonObject(read) ? read : {};
  } catch {
    return {};
  }
}
