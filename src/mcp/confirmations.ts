import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { ConfirmationNeeded } from '../access/confirmation.ts';
import { isJsonObject, type JsonObject } from '../json/parse.ts';
import type { Confirmation } from '../tools/confirm.ts';
import { fence, sentence, visibleJson } from './untrusted.ts';

/** The question and the member of its answer have one name. */
const CONFIRM = 'confirm';
/** Characters that a question may show of data. */
const MOST_SHOWN = 8_000;

/** What a client has to say when nobody can be asked. */
export const NOBODY_TO_ASK =
  'A person has to confirm this, and this client has no way to ask anybody; nothing was done.';

/** What a request brings to confirm an earlier one: never one of its arguments. */
export function confirmationIn({ mcpReq }: ServerContext): Confirmation {
  const answer = inputResponse(mcpReq.inputResponses, CONFIRM);
  if (answer.kind !== 'elicit') return { by: 'human' };
  const isGiven = answer.action === 'accept' && answer.content?.[CONFIRM] === true;
  const state = mcpReq.requestState();
  return isGiven
    ? { by: 'human', state: typeof state === 'string' ? state : '' }
    : { by: 'human', declined: true };
}

/** Whether a person can be asked: the client declared it, and a question can reach it. */
export function canAsk(
  { mcpReq: { envelope }, http }: ServerContext,
  connected: ClientCapabilities | undefined,
): boolean {
  // Clients of the current era declare it with every request, others when they connect: a question
  // reaches those over stdio only.
  const declared = envelope ? capabilitiesIn(envelope) : http ? {} : (connected ?? {});
  const { elicitation } = declared;
  if (!isJsonObject(elicitation)) return false;
  return elicitation.url === undefined || elicitation.form !== undefined;
}

function capabilitiesIn(envelope: object): JsonObject {
  const [, declared] =
    Object.entries(envelope).find(([name]) => name === CLIENT_CAPABILITIES_META_KEY) ?? [];
  return isJsonObject(declared) ? declared : {};
}

/** The question to a person: what would be done, and what is there now. */
export function askPerson({ question, state }: ConfirmationNeeded): InputRequiredResult {
  return inputRequired({
    inputRequests: {
      [CONFIRM]: inputRequired.elicit({
        message: messageOf(question),
        requestedSchema: {
          type: 'object',
          properties: { [CONFIRM]: { type: 'boolean', title: 'Do it' } },
          required: [CONFIRM],
        },
      }),
    },
    requestState: state,
  });
}

function messageOf({ tool, writes }: JsonObject): string {
  const all = Array.isArray(writes) ? writes.filter(isJsonObject) : [];
  const said = sentence(
    `Confirm ${tool}? "request" is what would be done, "stored" what is there.`,
  );
  const whole = all.map(({ key, ...write }) => write);
  if (visibleJson(whole).length <= MOST_SHOWN) return `${said}\n${fence(whole)}`;
  const keys = all.map(({ tool: as, table, key }) => ({ tool: as, table, key }));
  let length = 0;
  const shown = keys.filter((each) => {
    length += visibleJson(each).length;
    return length <= MOST_SHOWN;
  });
  const left = keys.length - shown.length;
  const more = left > 0 ? ` ${left} more are not shown.` : '';
  return `${said} This is too large to be shown whole: here are its keys.${more}\n${fence(shown)}`;
}
