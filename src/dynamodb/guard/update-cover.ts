import type { UpdateAction } from '../expressions/read-update.ts';
import type { NativeItem, NativeValue } from '../values/native-values.ts';
import type { Cover } from './cover.ts';
import type { Grant } from './grant.ts';
import { holds, type Rule } from './matching.ts';
import {
  isRuled,
  keepsPredicate,
  mayBe,
  mayChange,
  mayWrite,
  NO_SUCH_VALUE,
  NOT_YOURS,
  OUTSIDE,
  rulesForKey,
  type Shortcoming,
  transitionRules,
  unchanged,
} from './write-rules.ts';

/** An action of an update, with the value that its placeholder stands for. */
export interface ValuedAction extends UpdateAction {
  readonly value: NativeValue | undefined;
}

/** What is asked of an update. */
export interface AskedUpdate {
  readonly key: NativeItem;
  readonly actions: readonly ValuedAction[];
  /** The attributes that the caller says it knows. */
  readonly expected: ReadonlySet<string>;
  readonly upsert: boolean;
}

/** How one grant covers an update: its part of a cover, or what it lacks. */
export function updateCover(grant: Grant, asked: AskedUpdate): Cover | Shortcoming {
  const rules = rulesForKey(grant, asked.key);
  if (!rules) return { path: 'key', message: OUTSIDE };
  const keys = new Set(Object.keys(asked.key));
  const changes: Rule[] = [];
  for (const action of asked.actions) {
    const found = actionRules(grant, action, keys, asked.upsert);
    if (!Array.isArray(found)) return found;
    changes.push(...found);
  }
  const missing = grant.write?.requireExpected.find((name) => !asked.expected.has(name));
  if (missing !== undefined) {
    return { path: 'expected', message: `must have "${missing}", by the rules of your role` };
  }
  const existing = [[...rules, ...changes]];
  if (!asked.upsert) return { absent: false, existing, scope: [rules] };
  const mayCreate = !grant.write || grant.write.upsert;
  if (mayCreate && holds(rules, created(grant, asked)))
    return { absent: true, existing, scope: [rules] };
  return { path: 'upsert', message: 'would create an item that your role may not create' };
}

/** What an item must be for an action on it, or why there is no such item. */
function actionRules(
  grant: Grant,
  { verb, target, value, literal }: ValuedAction,
  keys: ReadonlySet<string>,
  upsert: boolean,
): Rule[] | Shortcoming {
  const [name] = target.steps;
  const path = name;
  if (keys.has(name) || !mayWrite(grant, name, keys)) {
    return { path, message: NOT_YOURS };
  }
  const isLiteral = verb === 'SET' && target.steps.length === 1 && literal !== undefined;
  if (!isRuled(grant, name) && !grant.items.has(name)) return [];
  if (!isLiteral || value === undefined) {
    return { path, message: 'may only be set to a plain value by your role' };
  }
  if (!mayBe(grant, name, value)) {
    return { path, message: NO_SUCH_VALUE };
  }
  if (!keepsPredicate(grant, name, value)) return { path, message: OUTSIDE };
  if (mayChange(grant, name)) return transitionRules(grant, name, value);
  // An item that is created gets it; one that is there keeps it.
  return upsert
    ? [unchanged(name, value), ...transitionRules(grant, name, value)]
    : { path, message: 'cannot be changed by your role' };
}

/** The item that an update creates, as far as it is known. */
function created(grant: Grant, { key, actions }: AskedUpdate): NativeItem {
  const item: NativeItem = { ...key, ...Object.fromEntries(grant.write?.set ?? []) };
  for (const { verb, target, value } of actions) {
    const [name, ...rest] = target.steps;
    if (verb === 'SET' && rest.length === 0 && value !== undefined) item[name] = value;
  }
  return item;
}
