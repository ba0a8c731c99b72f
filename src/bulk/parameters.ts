import { z } from 'zod';
import { decodeName } from '../dynamodb/values/attribute-names.ts';
import { ServiceError } from '../errors.ts';
import { isJsonObject, type JsonObject, parseJson } from '../json/parse.ts';
import { describeIssue, readIssues } from '../tools/issues.ts';
import { FORMATS } from './formats/names.ts';

const MAX_SEGMENTS = 1_000_000;
const MAX_UNITS = 10_000_000;
const MAX_LINE = Number.MAX_SAFE_INTEGER;
const DEFAULT_MAX_ERRORS = 1_000;

/** A whole number in a query string. */
function whole(minimum: number, maximum: number) {
  return z
    .string()
    .refine((text) => /^\d{1,16}$/.test(text) && within(Number(text), minimum, maximum), {
      error: `must be a whole number from ${minimum} to ${maximum}`,
    })
    .transform(Number)
    .meta({ type: 'integer', minimum, maximum });
}

function within(number: number, minimum: number, maximum: number): boolean {
  return number >= minimum && number <= maximum;
}

/** An object as JSON text. */
const object = (description: string) =>
  z
    .string()
    .transform((text, context) => {
      const value = jsonIn(text);
      if (isJsonObject(value)) return value;
      context.addIssue({ code: 'custom', message: 'must be an object, as JSON text' });
      return z.NEVER;
    })
    .optional()
    .describe(`${description} As JSON text.`);

function jsonIn(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** Names of attributes, literally, but escaped as in values. */
const names = z.string().transform((text, context): string[] => {
  const given = text.split(',').map((name) => name.trim());
  try {
    const decoded = given.map((name) => decodeName(name, 'projection'));
    if (decoded.every((name) => name !== '') && new Set(decoded).size === decoded.length) {
      return decoded;
    }
  } catch {
    // Told as what it must be.
  }
  const message = 'must be names of attributes, comma separated, each once';
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

/** A page key, or the text that stands for one; in quotes where somebody wrote it down as JSON. */
const cursor = z.string().transform((text): JsonObject | string => {
  const value = jsonIn(text);
  if (isJsonObject(value)) return value;
  const inner = typeof value === 'string' ? value : text;
  const key = jsonIn(inner);
  return isJsonObject(key) ? key : inner;
});

const table = z.string().optional().describe('One of several tables; if absent, the default.');
const unitsPerSecond = whole(1, MAX_UNITS).optional().describe('Most capacity units a second.');

/** What an export is asked for with, in a query string. */
export const EXPORT = z
  .strictObject({
    table,
    index_name: z.string().min(1).optional().describe('Index to read.'),
    key: object('{partition key: value} of the items to export; without it, all.'),
    sort_key: object('With key, one comparison: {"begins_with": "b"}.'),
    filter: object('Which of these items, as in query and scan.'),
    projection: names.optional().describe('Attributes to export, comma separated.'),
    segment: whole(0, MAX_SEGMENTS - 1)
      .optional()
      .describe('Part of a parallel export, from 0.'),
    total_segments: whole(1, MAX_SEGMENTS).optional().describe('Number of segments.'),
    format: z.enum(FORMATS).default('jsonl').describe('How items are written.'),
    cursor: cursor.optional().describe('From the last page of an earlier export, to continue.'),
    max_units_per_second: unitsPerSecond,
  })
  .refine((given) => given.sort_key === undefined || given.key !== undefined, {
    path: ['sort_key'],
    error: 'goes with key',
  })
  .refine((given) => (given.segment === undefined) === (given.total_segments === undefined), {
    path: ['segment'],
    error: 'goes together with total_segments',
  })
  .refine((given) => given.segment === undefined || given.key === undefined, {
    path: ['segment'],
    error: 'does not go with key: a partition is read from one end to the other',
  })
  .refine(({ segment = 0, total_segments = MAX_SEGMENTS }) => segment < total_segments, {
    path: ['segment'],
    error: 'must be less than total_segments',
  })
  .refine(({ format, projection }) => format !== 'csv' || projection !== undefined, {
    path: ['projection'],
    error: 'must name the columns of a CSV',
  })
  .refine(({ format, cursor }) => format !== 'csv' || cursor === undefined, {
    path: ['cursor'],
    error: 'does not go with csv, which has none',
  });

/** What an import is asked for with, in a query string. */
export const IMPORT = z.strictObject({
  table,
  mode: z
    .enum(['put', 'create_only'])
    .default('put')
    .describe('Replace items, or store only those whose keys are free.'),
  from_line: whole(1, MAX_LINE)
    .optional()
    .describe('Line where a resumed import begins; earlier lines are skipped.'),
  dry_run: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .describe('Check every line, and store nothing.'),
  max_errors: whole(0, MAX_LINE)
    .default(DEFAULT_MAX_ERRORS)
    .describe('How many lines may fail before the import ends.'),
  max_units_per_second: unitsPerSecond,
});

/** An export as it is asked for. */
export type ExportRequest = z.output<typeof EXPORT>;
/** An import as it is asked for. */
export type ImportRequest = z.output<typeof IMPORT>;

/** Reads what stood in a query string; throws ValidationError. */
export function readParameters<Schema extends z.ZodType>(
  schema: Schema,
  given: unknown,
  what: string,
): z.output<Schema> {
  const { success, data, error } = schema.safeParse(given, { error: describeIssue });
  if (success) return data;
  const issues = readIssues(error.issues, what);
  const told = issues.map(({ path, message }) => `${path} ${message}`.trim()).join('; ');
  throw new ServiceError('ValidationError', `The request is not valid: ${told}.`, { issues });
}
