import { z } from 'zod';

/** The names a log level may have, Python's among them, and pino's name for each. */
const LOG_LEVELS = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  WARNING: 'warn',
  ERROR: 'error',
  CRITICAL: 'fatal',
  FATAL: 'fatal',
} as const;

/** A whole number within bounds. */
export function wholeNumber(minimum: number, maximum: number) {
  const rule = `must be a whole number from ${minimum} to ${maximum}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, rule)
    .transform(Number)
    .pipe(z.number().min(minimum, rule).max(maximum, rule));
}

/** A whole number within bounds, with what it is where none is given. */
export function integer(minimum: number, maximum: number, fallback: number) {
  return wholeNumber(minimum, maximum).default(fallback);
}

/** true or false, in any case. */
const BOOLEAN = z.stringbool({
  truthy: ['true'],
  falsy: ['false'],
  error: 'must be true or false',
});

export function flag(fallback: boolean) {
  return BOOLEAN.default(fallback);
}

/** True, false, or left to what the service finds. */
export const choice = BOOLEAN.optional();

/** A log level as pino names it. */
export const logLevel = z
  .string()
  .transform((level) => level.toUpperCase())
  .pipe(
    z.enum(Object.keys(LOG_LEVELS) as [keyof typeof LOG_LEVELS], {
      error: `must be one of ${Object.keys(LOG_LEVELS).join(', ')}`,
    }),
  )
  .transform((level) => LOG_LEVELS[level])
  .default('info');

/** A region of AWS. */
export const region = z
  .string()
  .regex(/^[a-z0-9-]+$/, 'must be a region such as us-east-1')
  .optional();

/** A comma separated list; `read` returns nothing for an entry that breaks the rule. */
export function list<Entry>(read: (entry: string) => Entry | undefined, rule: string) {
  return z
    .string()
    .transform((text, context) => {
      const entries = text.split(',').map((entry) => read(entry.trim()));
      if (entries.includes(undefined)) context.addIssue(rule);
      return entries.filter((entry) => entry !== undefined);
    })
    .default([]);
}

/** The names that DynamoDB allows. */
export const TABLE_NAME = /^[\w.-]{3,255}$/;
export const TABLE_NAME_RULE = '3 to 255 letters, digits, "_", "-" or "."';

/** A table's name; undefined for what is none. */
export function tableName(text: string): string | undefined {
  return TABLE_NAME.test(text) ? text : undefined;
}

/** A key or token for a header. */
export const headerKey = z
  .string()
  .regex(/^[\x21-\x7e]+$/, 'must be a key without spaces')
  .optional();
