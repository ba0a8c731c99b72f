import type { Grant, ReadRule, Transition, WriteRule } from '../../dynamodb/guard/grant.ts';
import type { NativeValue } from '../../dynamodb/values/native-values.ts';
import { bindPredicate, compilePredicate, type PredicateTemplate } from './matchers.ts';
import type { Problem } from './problems.ts';
import { checkedScalar, scalarNamed, typeOfScalar } from './scalars.ts';
import type { Scalar } from './shape/fields.ts';
import type { GrantText, WriteText } from './shape/grant.ts';
import { bindTemplate, type Template, textTemplate, type Variables } from './template.ts';

/** A grant before its variables have values. */
export interface GrantTemplate {
  /** What is the same for everybody; presets are not in it yet. */
  readonly fixed: Omit<Grant, 'items'>;
  readonly items: PredicateTemplate;
  readonly set: ReadonlyMap<string, Template | NativeValue>;
  /** A problem at a place within it, as the file has it. */
  problemAt(path: readonly (string | number)[], message: string): Problem;
}

/** A grant that has been checked. */
export function compileGrant(
  grant: GrantText,
  { name, defaultTable }: { name: string; defaultTable: string },
  problemAt: GrantTemplate['problemAt'],
): GrantTemplate {
  return {
    fixed: {
      name,
      table: grant.table ?? defaultTable,
      tools: setOf(grant.tools),
      indexes: setOf(grant.indexes ?? []),
      read: grant.read && compileRead(grant.read),
      write: grant.write && compileWrite(grant.write),
    },
    items: compilePredicate(grant.items),
    set: new Map(
      Object.entries(grant.write?.set ?? {}).map(([attribute, value]) => [
        attribute,
        presetOf(value),
      ]),
    ),
    problemAt,
  };
}

/** A set of names, or everything. */
export function setOf(names: readonly string[] | '*'): ReadonlySet<string> | '*' {
  return names === '*' ? names : new Set(names);
}

function presetOf(value: Scalar): Template | NativeValue {
  return typeof value === 'string' ? textTemplate(value) : checkedScalar(value);
}

function compileRead(read: NonNullable<GrantText['read']>): ReadRule {
  return {
    only: read.only && new Set(read.only),
    hide: new Set(read.hide),
    redact: new Set(read.redact),
    hash: new Set(read.hash),
  };
}

function compileWrite(write: WriteText): WriteRule {
  return {
    only: write.only && new Set(write.only),
    values: new Map(
      Object.entries(write.values ?? {}).map(([name, values]) => [name, values.map(checkedScalar)]),
    ),
    transitions: new Map(
      Object.entries(write.transitions ?? {}).map(([name, steps]) => [name, compileSteps(steps)]),
    ),
    set: new Map(),
    requireExpected: write.require_expected ?? [],
    createOnly: write.create_only ?? false,
    replace: write.replace ?? false,
    upsert: write.upsert ?? false,
  };
}

function compileSteps(steps: Readonly<Record<string, readonly Scalar[]>>): Transition[] {
  return Object.entries(steps).flatMap(([name, to]) => {
    const [first = ''] = to;
    const from = scalarNamed(name, typeOfScalar(first));
    return from === undefined ? [] : [{ from, to: to.map(checkedScalar) }];
  });
}

/** The grant for somebody; undefined where a variable has no value. */
export function bindGrant(grant: GrantTemplate, variables: Variables): Grant | undefined {
  const items = bindPredicate(grant.items, variables);
  if (!items) return undefined;
  if (grant.set.size === 0 || !grant.fixed.write) return { ...grant.fixed, items };
  const set = new Map<string, NativeValue>();
  for (const [name, preset] of grant.set) {
    const value = isTemplate(preset) ? bindTemplate(preset, variables) : preset;
    if (value === undefined) return undefined;
    set.set(name, value);
  }
  return { ...grant.fixed, items, write: { ...grant.fixed.write, set } };
}

function isTemplate(preset: Template | NativeValue): preset is Template {
  return typeof preset === 'object' && preset !== null && 'parts' in preset;
}
