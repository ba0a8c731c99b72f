import type { z } from 'zod';
import type { Path, Report } from './problems.ts';

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  tuple: 'a list',
};

/** Our sentence for what a schema found, where the schema has none of its own. */
export function describeIssue(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined) return 'is required';
  if (issue.code === 'invalid_type') return `must be ${TYPES[issue.expected] ?? 'something else'}`;
  return issue.code === 'too_small' ? 'must not be empty' : 'is not valid';
}

/** Tells what a schema found, at the places where it stands. */
export function reportIssues(
  issues: readonly z.core.$ZodIssue[],
  report: Report,
  base: Path = [],
): void {
  for (const issue of issues) {
    const path = [...base, ...issue.path.map(step)];
    const branch = issue.code === 'invalid_union' ? meantBranch(issue.errors) : undefined;
    if (branch) reportIssues(branch, report, path);
    else if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) report([...path, key], 'there is no such member');
    } else if (issue.code === 'invalid_key') {
      reportIssues(issue.issues, report, path);
    } else report(path, issue.message);
  }
}

function step(key: PropertyKey): string | number {
  return typeof key === 'number' ? key : String(key);
}

/**
 * The alternative that was meant: the only one that fits in kind. None where the alternatives' own
 * sentence says it better.
 */
function meantBranch(branches: readonly Issues[]): Issues | undefined {
  const [only, ...others] = branches.filter(fitsInKind);
  return only && others.length === 0 ? only : undefined;
}

type Issues = readonly z.core.$ZodIssue[];

/** Whether nothing is wrong but what stands inside, or that it is empty or names something twice. */
function fitsInKind(issues: Issues): boolean {
  return issues.every((issue) => {
    if (issue.path.length === 1 && issue.message === 'is required') return false;
    if (issue.path.length > 0) return true;
    if (issue.code === 'invalid_union') return issue.errors.some(fitsInKind);
    return issue.code === 'too_small' || (issue.code === 'custom' && !issue.params?.isKind);
  });
}
