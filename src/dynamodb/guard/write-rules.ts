import type { NativeItem, NativeValue } from '../values/native-values.ts';
import { rulesLeft } from './alternatives.ts';
import type { Grant } from './grant.ts';
import { matches, type Rule, same } from './matching.ts';
import { sightOf } from './read-rules.ts';

/** Why a grant does not cover a write: where in the request, and what to tell. */
export interface Shortcoming {
  readonly path: string;
  readonly message: string;
}

export const OUTSIDE = 'is outside of what your role may write';
export const NOT_YOURS = 'is not yours to write';
export const NO_SUCH_VALUE = 'is not a value that your role may give it';

/** Whether a grant lets an attribute be written; key attributes belong to every item. */
export function mayWrite(grant: Grant, name: string, keys: ReadonlySet<string>): boolean {
  if (keys.has(name)) return true;
  if (grant.write?.set.has(name)) return false;
  const { only } = grant.write ?? {};
  return only ? only.has(name) || grant.items.has(name) : sightOf(grant, name, keys) === 'plain';
}

/** What an attribute that a grant has values or transitions for may be given. */
export function mayBe({ write }: Grant, name: string, value: NativeValue): boolean {
  const values = write?.values.get(name);
  if (values) return values.some((each) => same(each, value));
  const transitions = write?.transitions.get(name);
  if (!transitions) return true;
  return transitions.some(({ from, to }) => [from, ...to].some((each) => same(each, value)));
}

/** Whether a grant says which values an attribute may have. */
export function isRuled({ write }: Grant, name: string): boolean {
  return write !== undefined && (write.values.has(name) || write.transitions.has(name));
}

/** The attributes that a grant has values or transitions for. */
export function ruledNames({ write }: Grant): string[] {
  return write ? [...new Set([...write.values.keys(), ...write.transitions.keys()])] : [];
}

/** What an attribute must be before it may be given a value by the grant's transitions. */
export function transitionRules({ write }: Grant, name: string, value: NativeValue): Rule[] {
  const transitions = write?.transitions.get(name);
  if (!transitions) return [];
  const from = transitions.filter(({ to }) => to.some((each) => same(each, value)));
  return [[name, { is: 'any', of: from.map(({ from: each }) => ({ is: 'equal', value: each })) }]];
}

/**
 * The rules of a grant's own predicate when an attribute of it is written: the new value must be
 * within, and another than the stored one must be among the grant's `values`.
 */
export function keepsPredicate(grant: Grant, name: string, value: NativeValue): boolean {
  const matcher = grant.items.get(name);
  return matcher === undefined || matches(matcher, value);
}

/** Whether a grant's values let an attribute of its own predicate change. */
export function mayChange({ items, write }: Grant, name: string): boolean {
  return !items.has(name) || write?.values.has(name) === true;
}

/** What is decided by the key: the rules that are left, or nothing where the key is outside. */
export function rulesForKey({ items }: Grant, key: NativeItem): Rule[] | undefined {
  return rulesLeft(items, key);
}

/** An attribute that must stay what it is given. */
export function unchanged(name: string, value: NativeValue): Rule {
  return [name, { is: 'equal', value }];
}
