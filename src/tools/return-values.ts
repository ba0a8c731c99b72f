import type { ReturnValues } from '../dynamodb/operations/writes/update-item.ts';
import type { JsonObject } from '../json/parse.ts';

/** How an update replies. */
interface UpdateReply {
  /** The field with what was asked for; undefined where that is nothing. */
  readonly field: 'item' | 'attributes' | 'old_item' | 'old_attributes' | undefined;
  /** What the field holds where nothing is there. */
  readonly nothing: JsonObject | null;
  /** What is said to a reader of texts, besides that the item is updated. */
  readonly said: string;
}

/** What each of DynamoDB's return values is in a reply. */
const REPLIES: Readonly<Record<ReturnValues, UpdateReply>> = {
  ALL_NEW: { field: 'item', nothing: null, said: '' },
  UPDATED_NEW: { field: 'attributes', nothing: {}, said: '; attributes has what it named' },
  ALL_OLD: { field: 'old_item', nothing: null, said: '; old_item is as it was before' },
  UPDATED_OLD: { field: 'old_attributes', nothing: {}, said: '; old_attributes is what they were' },
  NONE: { field: undefined, nothing: null, said: '' },
};

/** The names of all return values, the default first. */
export const RETURN_VALUES = Object.keys(REPLIES) as [ReturnValues, ...ReturnValues[]];

/** The part of a reply that has what an update returned. */
export function updateReply(asked: ReturnValues, returned: JsonObject | undefined) {
  const { field, nothing } = REPLIES[asked];
  return field ? { [field]: returned ?? nothing } : {};
}

/** What was done, in a sentence that names nothing stored. */
export function saidOfUpdate(asked: ReturnValues, returned: JsonObject | undefined): string {
  if (asked === 'ALL_OLD' && !returned) return 'The item is updated; there was none before';
  return `The item is updated${REPLIES[asked].said}`;
}
