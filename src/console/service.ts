import { isJsonObject, type JsonObject, parseJson } from '../json/parse.ts';
import { keyHeaders } from './key-kept.ts';

/** What a call cost. */
export interface Cost {
  milliseconds: number;
  /** Undefined where a policy keeps it. */
  capacity: number | undefined;
}

/** What a tool replied, and what that cost. */
export type Reply = JsonObject & { cost: Cost };

/** A call of a tool. */
export interface ToolCall {
  tool: string;
  input: JsonObject;
}

/** A refusal of the service, or that it did not answer. */
export class ServiceFailure extends Error {
  readonly code: string;
  readonly body: JsonObject;

  constructor(code: string, message: string, body: JsonObject = {}) {
    super(message);
    this.code = code;
    this.body = body;
  }
}

/** Runs a tool that changes nothing; throws ServiceFailure. */
export function read({ tool, input }: ToolCall, signal?: AbortSignal): Promise<Reply> {
  return run(tool, { body: JSON.stringify(input), ...(signal && { signal }) });
}

/**
 * Runs a tool that writes; throws ServiceFailure, with the code OutcomeUnknown where no answer came.
 * `confirmation` is what a first call was answered with where a role has to confirm it.
 */
export async function write({ tool, input }: ToolCall, confirmation?: string): Promise<Reply> {
  const headers: HeadersInit = confirmation ? { 'x-confirmation': confirmation } : {};
  try {
    return await run(tool, { body: JSON.stringify(input), headers });
  } catch (error) {
    if (!(error instanceof ServiceFailure) || error.code !== UNREACHABLE) throw error;
    throw new ServiceFailure(
      'OutcomeUnknown',
      'The service did not answer, so it is not known whether this was done. Read the item again before you repeat it.',
    );
  }
}

/** What the requests of the console are called in logs and among live calls. */
const OWN = 'console-';

/** Whether a request was made by a console. */
export function isOwnRequest(id: string): boolean {
  return id.startsWith(OWN);
}

function newRequestId(): string {
  return OWN + Math.random().toString(36).slice(2);
}

const UNREACHABLE = 'Unreachable';

/** Asks for a path of the service, with the key; throws ServiceFailure unless it is answered well. */
export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = {
    'content-type': 'application/json',
    'x-request-id': newRequestId(),
    ...keyHeaders(),
    ...init.headers,
  };
  const reply = await answered(fetch(path, { ...init, headers }), init.signal);
  if (reply.ok) return reply;
  const body = readJson(await answered(reply.text(), init.signal));
  throw failureIn(body, reply.status);
}

/** What a path of the service replies, with every digit of every number. */
export async function askJson(path: string, init: RequestInit = {}) {
  const reply = await ask(path, init);
  return { reply, read: readJson(await answered(reply.text(), init.signal)) };
}

/** Why something failed, as a reply or the last line of a stream says it. */
export function failureIn(body: JsonObject, status = 0): ServiceFailure {
  const { code = status, error = `The service answered ${status}.` } = body;
  return new ServiceFailure(String(code), String(error), body);
}

async function run(tool: string, init: RequestInit): Promise<Reply> {
  const started = performance.now();
  const { reply, read } = await askJson(`/tools/${tool}`, { method: 'POST', ...init });
  const capacity = reply.headers.get('x-consumed-capacity');
  const milliseconds = performance.now() - started;
  return {
    ...read,
    cost: { milliseconds, capacity: capacity === null ? undefined : Number(capacity) },
  };
}

/** What the network answers; what goes wrong there is told in our words, unless somebody stopped it. */
function answered<Answer>(
  answer: Promise<Answer>,
  signal: AbortSignal | null | undefined,
): Promise<Answer> {
  return answer.catch((error) => {
    if (signal?.aborted) throw error;
    throw new ServiceFailure(UNREACHABLE, 'The service cannot be reached.');
  });
}

function readJson(text: string): JsonObject {
  try {
    const read = parseJson(text);
    return isJsonObject(read) ? read : {};
  } catch {
    return {};
  }
}
