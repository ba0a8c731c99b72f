import type { NativeItem } from '../values/native-values.ts';
import type { Cover } from './cover.ts';
import type { Grant } from './grant.ts';
import { holds, type Rule } from './matching.ts';
import {
  isRuled,
  mayBe,
  mayChange,
  mayWrite,
  NO_SUCH_VALUE,
  NOT_YOURS,
  OUTSIDE,
  ruledNames,
  rulesForKey,
  type Shortcoming,
  transitionRules,
  unchanged,
} from './write-rules.ts';

/** How one grant covers a put: its part of a cover, or what it lacks. */
export function putCover(
  grant: Grant,
  item: NativeItem,
  key: NativeItem,
  path: string,
): Cover | Shortcoming {
  const rules = rulesForKey(grant, key);
  if (!rules) return { path, message: OUTSIDE };
  const keys = new Set(Object.keys(key));
  for (const name in item) {
    const at = `${path}.${name}`;
    if (!mayWrite(grant, name, keys)) return { path: at, message: NOT_YOURS };
    const value = item[name] ?? null;
    if (isRuled(grant, name) && !mayBe(grant, name, value)) {
      return { path: at, message: NO_SUCH_VALUE };
    }
  }
  const stored = { ...item, ...Object.fromEntries(grant.write?.set ?? []) };
  if (!holds(rules, stored)) return { path, message: OUTSIDE };
  const existing = isCreateOnly(grant) ? [] : [replacedRules(grant, rules, stored)];
  return { absent: true, existing, scope: [rules] };
}

/** What an item that is replaced would lose must be the caller's to lose. */
function isCreateOnly({ read, write }: Grant): boolean {
  if (write?.createOnly) return true;
  if (write?.replace) return false;
  const hidesOrKeeps = read !== undefined || write?.only !== undefined;
  return hidesOrKeeps || (write?.transitions.size ?? 0) > 0;
}

/** What an item must be to be replaced by another. */
function replacedRules(grant: Grant, rules: readonly Rule[], item: NativeItem): Rule[] {
  // No attribute is there for its name being one of every object's.
  const given = (name: string) => (Object.hasOwn(item, name) ? item[name] : undefined);
  const kept = rules.flatMap(([name]): Rule[] => {
    const value = given(name);
    return value === undefined || mayChange(grant, name) ? [] : [unchanged(name, value)];
  });
  const ruled = ruledNames(grant).flatMap((name): Rule[] => {
    const value = given(name);
    return value === undefined
      ? [[name, { is: 'present', present: false }]]
      : transitionRules(grant, name, value);
  });
  return [...rules, ...kept, ...ruled];
}
