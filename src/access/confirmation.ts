import { canonical } from '../dynamodb/values/same-value.ts';
import { ServiceError } from '../errors.ts';
import type { JsonObject } from '../json/parse.ts';
import type { BoundRole, CompiledPolicy } from './policy/compiled.ts';
import type { Secrets } from './secrets.ts';

/** Who confirms: a person, or the program by a second call. */
export type Confirmer = 'human' | 'code';

/** What a confirmation is about: what is asked for, and what is stored there as the caller sees it. */
export interface Subject {
  readonly input: JsonObject;
  /** A text for each item, which changes with it. */
  readonly items: readonly string[];
}

/** What a role's calls of a tool have to have confirmed. */
export interface ConfirmationRule {
  readonly by: Confirmer;
  /** Whether a tool's calls, or entries of its kind, are confirmed. */
  needs(tool: string): boolean;
  /** A text that stands for having asked about exactly this. It holds nothing of it. */
  seal(subject: Subject, by: Confirmer): string;
  /** Whether a text stands for exactly this, asked a short time ago. */
  holds(text: string, subject: Subject, by: Confirmer): boolean;
}

/** How long a question stays open. */
const LASTS_MS = 300_000;

/** What a question is to be bound to besides its subject. */
export interface ConfirmedCall {
  readonly role: BoundRole;
  readonly tool: string;
  readonly policy: CompiledPolicy;
}

/** Whether calls of a tool, or entries of its kind, are confirmed in a role. */
export function mustConfirm({ confirm }: Pick<BoundRole, 'confirm'>, tool: string): boolean {
  return confirm !== undefined && (confirm.tools === '*' || confirm.tools.has(tool));
}

/** The rule of a role for a call; undefined where nothing is to be confirmed. */
export function confirmationRule(
  { role, tool, policy }: ConfirmedCall,
  secrets: Secrets,
  now: () => number,
): ConfirmationRule | undefined {
  const { confirm } = role;
  if (!confirm) return undefined;
  // All is in the context: the text itself says only until when it holds.
  const context = ({ input, items }: Subject, by: Confirmer) =>
    JSON.stringify([
      'confirmation',
      by,
      role.principal,
      role.name,
      tool,
      policy.version,
      secrets.digest(canonical(input), 'confirmed input'),
      secrets.digest(JSON.stringify(items), 'confirmed items'),
    ]);
  return {
    by: confirm.by,
    needs: (named) => mustConfirm(role, named),
    seal: (subject, by) => secrets.seal(String(now() + LASTS_MS), context(subject, by)),
    holds: (text, subject, by) => {
      const until = secrets.open(text, context(subject, by));
      return until !== undefined && now() < Number(until);
    },
  };
}

/** A call that waits for a confirmation: what to ask, and the text that stands for having asked it. */
export class ConfirmationNeeded extends ServiceError {
  readonly question: JsonObject;
  readonly state: string;

  constructor(message: string, { question, state, by }: Asked) {
    // A person's answer comes back with the protocol; a program sends the text itself.
    super('ConfirmationRequired', message, { ...(by === 'code' && { confirmation: state }) });
    this.question = question;
    this.state = state;
  }
}

interface Asked {
  readonly question: JsonObject;
  readonly state: string;
  readonly by: Confirmer;
}
