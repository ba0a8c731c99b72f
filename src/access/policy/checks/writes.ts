import type { Path } from '../problems.ts';
import { isSameScalar, nativeScalar, scalarNamed, typeOfScalar } from '../scalars.ts';
import type { Scalar } from '../shape/fields.ts';
import type { WriteText } from '../shape/grant.ts';
import { templateProblem } from '../template.ts';
import { NOT_STORED } from './between.ts';
import type { Check } from './known.ts';

/** Whether the rules for writing go together. */
export function checkWrite(write: WriteText, path: Path, check: Check): void {
  const { problem } = check;
  if (write.create_only && write.replace) {
    problem([...path, 'replace'], 'contradicts create_only');
  }
  for (const member of ['values', 'transitions'] as const) {
    checkNames(write, member, path, check);
  }
  for (const [name, value] of Object.entries(write.set ?? {})) {
    checkPreset(name, value, write, path, check);
  }
  for (const [name, values] of Object.entries(write.values ?? {})) {
    values.forEach((value, index) => {
      checkStored(value, [...path, 'values', name, index], check);
    });
  }
  for (const name of Object.keys(write.transitions ?? {})) {
    checkTransitions(name, write, [...path, 'transitions', name], check);
  }
}

function checkNames(
  write: WriteText,
  member: 'values' | 'transitions',
  path: Path,
  { problem }: Check,
): void {
  if (!write.only) return;
  for (const name of Object.keys(write[member] ?? {})) {
    if (!write.only.includes(name)) {
      problem([...path, member, name], 'is not in `only`, so that it is never written');
    }
  }
}

function checkPreset(
  name: string,
  value: Scalar,
  write: WriteText,
  path: Path,
  check: Check,
): void {
  const inner = [...path, 'set', name];
  const problem = typeof value === 'string' ? templateProblem(value) : undefined;
  if (problem) check.problem(inner, problem);
  checkStored(value, inner, check);
  for (const member of ['values', 'transitions'] as const) {
    if (Object.hasOwn(write[member] ?? {}, name)) {
      check.problem(inner, `is set by the service, but is also in \`${member}\``);
    }
  }
  if (write.only?.includes(name)) {
    check.problem(inner, 'is set by the service, but is also in `only`');
  }
}

function checkStored(value: Scalar, path: Path, check: Check): void {
  if (nativeScalar(value) === undefined) check.problem(path, NOT_STORED);
}

function checkTransitions(name: string, write: WriteText, path: Path, check: Check): void {
  const entries = Object.entries(ownMember(write.transitions, name) ?? {});
  const types = new Set(entries.flatMap(([, to]) => to.map(typeOfScalar)));
  const [type, ...others] = types;
  if (type === undefined || others.length > 0) {
    check.problem(path, 'must lead to values of one type');
    return;
  }
  const allowed = ownMember(write.values, name);
  for (const [from, to] of entries) {
    const inner = [...path, from];
    if (scalarNamed(from, type) === undefined) {
      check.problem(inner, 'must be of the type of the values that may follow');
    }
    to.forEach((value, index) => {
      checkStored(value, [...inner, index], check);
      if (allowed && !allowed.some((each) => isSameScalar(each, value))) {
        check.problem([...inner, index], 'is not among the `values` of the attribute');
      }
    });
  }
}

/** A member that was written down, as `constructor` was not. */
function ownMember<Member>(
  members: Readonly<Record<string, Member>> | undefined,
  name: string,
): Member | undefined {
  return members && Object.hasOwn(members, name) ? members[name] : undefined;
}
