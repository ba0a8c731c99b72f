import { memberOf, objectOf } from '../parts.ts';
import type { Path } from '../problems.ts';
import type { GrantText } from '../shape/grant.ts';
import { VARIABLE_NAME, variablesOf } from '../template.ts';
import type { Check } from './known.ts';

/** Whether every variable of a grant gets a value from somebody. */
export function checkVariablesOf(
  grant: GrantText,
  defined: ReadonlySet<string>,
  path: Path,
  { problem }: Check,
): void {
  const items = grant.items === '*' ? {} : grant.items;
  const report = (text: unknown, at: Path) => {
    if (typeof text !== 'string') return;
    for (const name of variablesOf(text)) {
      // What is no name is a problem of the text.
      if (VARIABLE_NAME.test(name) && !defined.has(name)) {
        problem(at, 'has a variable that no principal with this role has among its `vars`');
      }
    }
  };
  for (const [name, matcher] of Object.entries(items)) {
    const at = [...path, 'items', name];
    if (Array.isArray(matcher)) {
      matcher.forEach((text, index) => {
        report(text, [...at, index]);
      });
    } else report(matcher, at);
  }
  for (const [name, text] of Object.entries(grant.write?.set ?? {})) {
    report(text, [...path, 'write', 'set', name]);
  }
}

/** The variables that principals of a role have; `principal` always. */
export function variablesOfRole(role: string, principals: readonly unknown[]): Set<string> {
  const defined = new Set(['principal']);
  for (const entry of principals) {
    if (memberOf(entry, 'role') !== role) continue;
    for (const name of Object.keys(objectOf(memberOf(entry, 'vars')))) defined.add(name);
  }
  return defined;
}
