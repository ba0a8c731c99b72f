import { z } from 'zod';
import { ALL, atLeastOne, attribute, listOf, namedBy, scalar, toolName, unless } from './fields.ts';
import { items } from './matchers.ts';

const attributes = listOf(attribute);

/** What of an item is shown. */
const read = atLeastOne({
  only: attributes.optional().describe('The attributes that are shown, besides the key.'),
  hide: attributes.optional().describe('Attributes that are not shown; better say `only`.'),
  redact: attributes.optional().describe('Attributes shown as "[redacted]".'),
  hash: attributes.optional().describe('Attributes shown as a keyed hash of their values.'),
});

/** How items may be changed. */
const write = atLeastOne({
  only: attributes.optional().describe('The attributes that may be written.'),
  values: namedBy(listOf(scalar))
    .optional()
    .describe('Attribute → the values that it may be given.'),
  transitions: namedBy(namedBy(listOf(scalar)))
    .optional()
    .describe('Attribute → value → the values that may follow it.'),
  set: namedBy(scalar)
    .optional()
    .describe('What every write sets besides; texts may have variables.'),
  require_expected: attributes.optional().describe('What an update must name in `expected`.'),
  create_only: z.boolean().optional().describe('Puts never replace an item.'),
  replace: z
    .boolean()
    .optional()
    .describe('Puts may replace items with attributes that are hidden or may not be written.'),
  upsert: z.boolean().optional().describe('Updates may create an item.'),
});

/** What tools may do with which items of one table. */
export const GRANT = z.strictObject({
  table: z.string().min(1).optional().describe('The table; the default one if absent.'),
  items: items.describe('Which items: "*", or attribute → value, all of them.'),
  tools: z.union([ALL, listOf(toolName)], unless('must be "*" or a list of tools')),
  indexes: z
    .union([ALL, listOf(z.string().min(1))], unless('must be "*" or a list of indexes'))
    .optional()
    .describe('The indexes that may be read; none if absent.'),
  read: read.optional().describe('What is shown of an item; the whole of it if absent.'),
  write: write.optional().describe('How items may be changed.'),
});

export type GrantText = z.output<typeof GRANT>;
export type WriteText = NonNullable<GrantText['write']>;
