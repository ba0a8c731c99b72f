import type { z } from 'zod';
import { type Issue, shorten } from '../errors.ts';

type RawIssue = z.core.$ZodRawIssue;

const TYPES: Record<string, string> = {
  string: 'text',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
  object: 'an object',
  array: 'a list',
};

/** Our sentence for what a schema found, where the schema has none of its own. */
export function describeIssue(issue: RawIssue): string {
  if (issue.input === undefined) return 'is required';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? `of the type ${issue.expected}`}${quotes(issue)}`;
    case 'invalid_value':
      return `must be ${alternatives(issue.values)}`;
    case 'too_small':
      return `must be at least ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    default:
      return 'is not valid';
  }
}

/** How to mend a number or a truth value that was sent as text. */
function quotes({ code, input, ...issue }: RawIssue): string {
  const plain = code === 'invalid_type' && /number|int|boolean/.test(String(issue.expected));
  return plain && typeof input === 'string' ? ', without quotes' : '';
}

function alternatives(values: readonly unknown[]): string {
  const names = values.map((value) => JSON.stringify(value));
  return names.length === 1 ? `${names}` : `one of ${names.join(', ')}`;
}

/** What zod found, each thing once, with the paths that callers know. */
export function readIssues(found: readonly z.core.$ZodIssue[], tool: string): Issue[] {
  const issues = new Map<string, Issue>();
  for (const issue of found.flatMap((each) => readIssue(each, tool))) {
    issues.set(`${issue.path} ${issue.message}`, issue);
  }
  return [...issues.values()];
}

function readIssue(issue: z.core.$ZodIssue, tool: string): Issue[] {
  if (issue.code === 'unrecognized_keys') {
    const owner = issue.path.length === 0 ? `of ${tool}` : 'here';
    return issue.keys.map((key) => ({
      path: formatPath([...issue.path, key]),
      message: `is not a field ${owner}`,
    }));
  }
  return [{ path: formatPath(issue.path), message: issue.message }];
}

function formatPath(path: PropertyKey[]): string {
  const text = path.reduce<string>(
    (prefix, step) =>
      typeof step === 'number' ? `${prefix}[${step}]` : `${prefix}${prefix && '.'}${String(step)}`,
    '',
  );
  return shorten(text);
}
