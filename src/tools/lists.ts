import { z } from 'zod';
import { describeIssue } from './issues.ts';
import { toJsonSchema } from './json-schema.ts';

/**
 * A list that is counted before its elements are looked at, up to the first that does not fit: a
 * million wrong ones would make a million complaints.
 */
export function listOf<Entry extends z.ZodType>(
  entry: Entry,
  { minimum = 0, maximum }: { minimum?: number; maximum: number },
) {
  return z
    .custom<z.output<Entry>[]>()
    .superRefine((list: unknown, context) => {
      const complaint = complaintAbout(list, entry, minimum, maximum);
      if (complaint) context.addIssue({ code: 'custom', ...complaint });
    })
    .meta({
      type: 'array',
      items: toJsonSchema(entry, 'input'),
      ...(minimum > 0 && { minItems: minimum }),
      maxItems: maximum,
    });
}

/** A whole number within bounds that a refusal names. */
export function wholeNumber(minimum: number, maximum: number) {
  const rule = `must be a whole number from ${minimum} to ${maximum}`;
  const error = ({ input }: { input?: unknown }) =>
    typeof input === 'string' ? `${rule}, without quotes` : rule;
  return z.int({ error }).min(minimum, { error }).max(maximum, { error });
}

function complaintAbout(list: unknown, entry: z.ZodType, minimum: number, maximum: number) {
  if (list === undefined) return { message: 'is required' };
  if (!Array.isArray(list)) return { message: 'must be a list' };
  if (list.length === 0 && minimum > 0) return { message: 'must not be empty' };
  if (list.length < minimum) return { message: `must have at least ${minimum} elements` };
  if (list.length > maximum) return { message: `must have at most ${maximum} elements` };
  for (const [index, element] of list.entries()) {
    const { error } = entry.safeParse(element, { error: describeIssue });
    if (error) {
      const [found = { path: [], message: 'is not valid' }] = error.issues;
      return firstOf(found, index);
    }
  }
  return undefined;
}

/** Where and what the first fault of an element is; a field that it has too many by its name. */
function firstOf(
  issue: Pick<z.core.$ZodIssue, 'path' | 'message'> & { keys?: string[] },
  at: number,
) {
  const { path, message, keys: [unknown] = [] } = issue;
  if (unknown === undefined) return { path: [at, ...path], message };
  return { path: [at, ...path, unknown], message: 'is not a field here' };
}
