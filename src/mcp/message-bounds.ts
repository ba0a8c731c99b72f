import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../json/parse.ts';
import { describeIssue, readIssues } from '../tools/issues.ts';

const INVALID_REQUEST = -32_600;
const INVALID_PARAMS = -32_602;

const LONGEST_METHOD = 128;
const LONGEST_ID = 256;
const LONGEST_NAME = 256;
const LONGEST_VERSION = 128;
const LONGEST_URI = 2_048;
const LONGEST_CURSOR = 1_024;
const LONGEST_VALUE = 4_096;
/** What a message may have besides the arguments of a tool, which have the limits of the tool. */
const MOST_CHARACTERS = 65_536;
const MOST_MESSAGES = 32;

/** A message that is not carried out, with the sentence that its sender reads. */
export class RefusedMessage extends Error {
  readonly code: number;
  readonly id: unknown;

  /** The id is repeated where it is one, and short. */
  constructor(message: unknown, sentence: string, code = INVALID_REQUEST) {
    super(sentence);
    this.code = code;
    const id = isJsonObject(message) ? message.id : undefined;
    const isId = typeof id === 'string' || typeof id === 'number' || JSON.isRawJSON(id);
    this.id = isId && !isLarger(id, LONGEST_ID) ? id : null;
  }

  /** The reply of JSON-RPC. */
  body(): object {
    return { jsonrpc: '2.0', id: this.id, error: { code: this.code, message: this.message } };
  }
}

/** Refuses a batch that would be answered with more than it is worth. */
export function refuseLargeBatch(batch: readonly unknown[]): void {
  if (batch.length <= MOST_MESSAGES) return;
  throw new RefusedMessage(undefined, `A batch has at most ${MOST_MESSAGES} messages.`);
}

/** Refuses a message as it was parsed whose parts, which replies repeat, are larger than any need. */
export function refuseLargeMessage(message: unknown): void {
  if (!isJsonObject(message)) return;
  const refuse = (what: string, most: number) => {
    throw new RefusedMessage(message, `${what} at most ${most} characters.`);
  };
  const { id, method, params } = message;
  const { _meta: meta } = isJsonObject(params) ? params : {};
  if (isLarger(id, LONGEST_ID)) refuse('The id of a message has', LONGEST_ID);
  if (isLarger(method, LONGEST_METHOD)) refuse('A method has', LONGEST_METHOD);
  if (isJsonObject(meta) && isLarger(meta.progressToken, LONGEST_ID)) {
    refuse('A progressToken has', LONGEST_ID);
  }
  const besides =
    method === 'tools/call' && isJsonObject(params)
      ? { ...message, params: { ...params, arguments: undefined } }
      : message;
  if (isLarger(besides, MOST_CHARACTERS)) {
    refuse("Apart from a tool's arguments, a message has", MOST_CHARACTERS);
  }
}

/** Whether the texts and names in a value have together more characters than so many, or nearly. */
function isLarger(value: unknown, most: number): boolean {
  let left = most;
  const waiting = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    left -= typeof next === 'string' ? next.length : 1;
    if (Array.isArray(next)) {
      if (next.length > left) return true;
      waiting.push(...next);
    } else if (typeof next === 'object' && next !== null) {
      for (const name in next) {
        left -= name.length;
        if (left < 0) return true;
        waiting.push((next as JsonObject)[name]);
      }
    }
    if (left < 0) return true;
  }
  return false;
}

const text = (most: number) => z.string().max(most, `must have at most ${most} characters`);
const name = text(LONGEST_NAME);
/** An object of any size, whose members are looked at elsewhere. */
const object = z.custom<JsonObject>(isJsonObject, 'must be an object');
const token = z.union([z.string(), z.number()], 'must be text or a number');
const list = { cursor: text(LONGEST_CURSOR).optional() };

const REFERENCE = 'must be {"type": "ref/prompt", "name": …} or {"type": "ref/resource", "uri": …}';

/** The params of a request by its method; of every other method none are looked at. */
const PARAMS: Readonly<Record<string, z.ZodRawShape>> = {
  initialize: {
    protocolVersion: text(LONGEST_VERSION),
    capabilities: object,
    clientInfo: z.looseObject({ name, version: text(LONGEST_VERSION) }),
  },
  'tools/list': list,
  'resources/list': list,
  'resources/templates/list': list,
  'prompts/list': list,
  'tools/call': { name, arguments: object.optional() },
  'resources/read': { uri: text(LONGEST_URI) },
  'prompts/get': {
    name,
    arguments: z.looseObject({}).catchall(text(LONGEST_VALUE)).optional(),
  },
  'completion/complete': {
    ref: z.union(
      [
        z.looseObject({ type: z.literal('ref/prompt'), name }),
        z.looseObject({ type: z.literal('ref/resource'), uri: text(LONGEST_URI) }),
      ],
      REFERENCE,
    ),
    argument: z.looseObject({ name, value: text(LONGEST_VALUE) }),
  },
};

const META = z.looseObject({ progressToken: token.optional() }).optional();
const ANY_PARAMS = z.looseObject({ _meta: META });
const SCHEMAS = new Map(
  Object.entries(PARAMS).map(([method, shape]) => [method, ANY_PARAMS.extend(shape)]),
);

const PROTOCOL_VERSION = 'io.modelcontextprotocol/protocolVersion';

/** Whether a request says of itself by which revision it is sent, as those before did not. */
function isOfCurrentRevision(params: unknown): boolean {
  return isJsonObject(params) && isJsonObject(params._meta) && PROTOCOL_VERSION in params._meta;
}

/** Refuses a request whose params its method does not take, in words that its sender can act on. */
export function refuseWrongParams(message: JsonObject): void {
  const { id, method, params = {} } = message;
  // A notification is never answered.
  if (typeof method !== 'string' || id === undefined) return;
  // The current revision has no such method: the protocol's layer says so, whatever its params are.
  if (method === 'initialize' && isOfCurrentRevision(params)) return;
  const schema = SCHEMAS.get(method) ?? ANY_PARAMS;
  const result = schema.safeParse(params, { error: describeIssue });
  if (result.success) return;
  const [issue] = readIssues(result.error.issues, method);
  const what = `params.${issue?.path ?? ''}`.replace(/\.$/, '');
  const sentence = `The request ${method} is not valid: ${what} ${issue?.message}.`;
  throw new RefusedMessage(message, sentence, INVALID_PARAMS);
}
