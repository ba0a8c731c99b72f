import { z } from 'zod';
import { ALL, atLeastOne, listOf, toolName, unless } from './fields.ts';
import { GRANT } from './grant.ts';

/** How often: so many in a second, minute, hour or day. */
export const RATE = /^([1-9]\d{0,11})\/(s|min|h|day)$/;

const rate = z
  .string(unless('must be a rate such as 50/s, 3000/min, 1000/h or 100000/day'))
  .regex(RATE, 'must be a rate such as 50/s, 3000/min, 1000/h or 100000/day');

/** A whole number above zero. */
export const count = z
  .int(unless('must be a whole number'))
  .min(1, 'must be at least 1')
  .max(1_000_000, 'must be at most 1000000');

/** How much one principal may do. */
const limits = atLeastOne({
  requests: rate.optional().describe('Calls.'),
  read_units: rate.optional().describe('Read capacity that DynamoDB charges.'),
  write_units: rate.optional().describe('Write capacity that DynamoDB charges.'),
  items_written: rate.optional().describe('Items that are put, changed or deleted.'),
  concurrency: count.optional().describe('Calls at once.'),
});

/** What a person, or a program by a second call, has to confirm. */
const confirm = z.strictObject({
  tools: z.union([ALL, listOf(toolName)], unless('must be "*" or a list of tools')),
  by: z
    .enum(['human', 'code'], unless('must be human or code'))
    .describe('`human`: a person, over MCP. `code`: over REST a second call is enough.'),
});

/** What somebody in a role may do. */
export const ROLE = z.strictObject({
  grants: z.array(GRANT).min(1, 'must not be empty'),
  limits: limits.optional(),
  confirm: confirm.optional(),
});

export type RoleText = z.output<typeof ROLE>;
