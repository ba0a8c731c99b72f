import type { z } from 'zod';
import { type Issue, invalid, ServiceError, shorten } from '../errors.ts';
import { isJsonObject, type JsonObject } from '../json/parse.ts';
import type { AnyTool } from './tool.ts';

const MOST_ISSUES = 20;
const MOST_NAMED = 3;

/** The tool's input, checked; null for a field means absent. Throws ValidationError. */
export function validateInput(tool: AnyTool, raw: unknown): unknown {
  const given = raw ?? {};
  if (!isJsonObject(given)) throw invalid('', 'The request must be a JSON object.');
  const result = tool.input.safeParse(withoutNulls(given), { error: requiredness });
  if (result.success) return result.data;
  const issues = result.error.issues.flatMap((issue) => readIssue(issue, tool.name));
  const named = issues.slice(0, MOST_NAMED).map(({ path, message }) => `${path} ${message}`.trim());
  const more = issues.length > MOST_NAMED ? ` and ${issues.length - MOST_NAMED} more` : '';
  throw new ServiceError(
    'ValidationError',
    `The request is not valid: ${named.join('; ')}${more}.`,
    {
      issues: issues.slice(0, MOST_ISSUES),
    },
  );
}

function withoutNulls(given: JsonObject): JsonObject {
  if (Object.hasOwn(given, '__proto__')) throw invalid('__proto__', 'is not a field of any tool');
  const entries = Object.entries(given);
  if (entries.every(([, value]) => value !== null)) return given;
  return Object.fromEntries(entries.filter(([, value]) => value !== null));
}

function readIssue(issue: z.core.$ZodIssue, tool: string): Issue[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: formatPath([...issue.path, key]),
      message: `is not a field of ${tool}`,
    }));
  }
  return [{ path: formatPath(issue.path), message: issue.message }];
}

/** The text for a field that is not there; zod has its own for the rest. */
function requiredness(issue: z.core.$ZodRawIssue): string | undefined {
  return issue.input === undefined ? 'is required' : undefined;
}

function formatPath(path: PropertyKey[]): string {
  const text = path.reduce<string>(
    (prefix, step) =>
      typeof step === 'number' ? `${prefix}[${step}]` : `${prefix}${prefix && '.'}${String(step)}`,
    '',
  );
  return shorten(text);
}
