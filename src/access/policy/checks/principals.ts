import type { Path } from '../problems.ts';
import type { ClaimMatcherText } from '../shape/matchers.ts';
import type { PrincipalText } from '../shape/principal.ts';
import { VARIABLE_NAME } from '../template.ts';
import { checkBetween, isBetween } from './between.ts';
import type { Check } from './known.ts';

/** What principals may name. */
export interface Names {
  readonly roles: ReadonlySet<string>;
  readonly issuers: ReadonlySet<string>;
}

/** What stands before the name of a claim. */
export const CLAIM = 'claims.';

/** Whether the entry says whom it is for, and what it names exists. */
export function checkPrincipal(entry: PrincipalText, path: Path, names: Names, check: Check): void {
  const { problem, known } = check;
  const kinds = [entry.issuer, entry.api_key, entry.transport].filter((kind) => kind !== undefined);
  if (kinds.length !== 1) {
    problem(path, 'must have exactly one of issuer, api_key and transport');
  }
  if (!names.roles.has(entry.role)) problem([...path, 'role'], 'there is no such role');
  if (entry.issuer !== undefined && !names.issuers.has(entry.issuer)) {
    problem([...path, 'issuer'], 'there is no such issuer');
  }
  if (entry.api_key !== undefined && known.apiKeyNames?.includes(entry.api_key) === false) {
    problem([...path, 'api_key'], 'API_KEYS has no key of this name');
  }
  if (entry.claims && entry.issuer === undefined) {
    problem([...path, 'claims'], 'only tokens have claims: name the issuer');
  }
  for (const [name, matcher] of Object.entries(entry.claims ?? {})) {
    checkClaim(name, matcher, [...path, 'claims', name], check);
  }
  checkVariables(entry, path, check);
}

function checkVariables({ vars = {}, issuer }: PrincipalText, path: Path, check: Check): void {
  for (const [name, source] of Object.entries(vars)) {
    const inner = [...path, 'vars', name];
    if (name === 'principal') check.problem(inner, 'exists anyway, and cannot be set');
    else if (!VARIABLE_NAME.test(name)) {
      check.problem(inner, 'a variable is named by letters, digits, "_" and "-"');
    }
    if (typeof source !== 'string') continue;
    if (!source.startsWith(CLAIM) || source === CLAIM) {
      check.problem(inner, 'must be a claim, as in claims.tenant, or {value: …}');
    } else if (issuer === undefined) {
      check.problem(inner, 'only tokens have claims; write {value: …}');
    } else checkPointer(source.slice(CLAIM.length), inner, check);
  }
}

function checkClaim(name: string, matcher: ClaimMatcherText, path: Path, check: Check): void {
  checkPointer(name, path, check);
  if (isBetween(matcher)) {
    checkBetween(matcher.between, [...path, 'between'], check);
    return;
  }
  for (const [value, at] of valuesOf(matcher, path)) {
    if (typeof value !== 'string') continue;
    if (value.includes('${')) check.problem(at, 'variables are not allowed in what selects a role');
    if (value.slice(0, -1).includes('*')) check.problem(at, '"*" is allowed only at the end');
  }
}

function valuesOf(matcher: ClaimMatcherText, path: Path): [unknown, Path][] {
  if (Array.isArray(matcher)) return matcher.map((value, index) => [value, [...path, index]]);
  return [[matcher, path]];
}

function checkPointer(name: string, path: Path, check: Check): void {
  if (name.startsWith('/') && /~(?![01])/.test(name)) {
    check.problem(path, 'in a JSON pointer "~" is written "~0"');
  }
}
