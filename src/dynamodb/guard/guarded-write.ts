import type { ServiceError } from '../../errors.ts';
import type { JsonObject } from '../../json/parse.ts';
import type { Expressions } from '../expressions/expressions.ts';
import { forbidden } from './access.ts';
import { type Cover, coverCondition, covers, isInScope, isUnconditional } from './cover.ts';
import type { ReadGuard } from './read-guard.ts';

/** A write that a role covers, and how what it gives back is seen. */
export interface Guarded {
  readonly cover: Cover;
  readonly back: ReadGuard;
}

/** The conditions that a role adds to a write. */
export function coverConditions(
  guarded: Guarded | undefined,
  partitionKey: string,
  expressions: Expressions,
): string[] {
  const condition = guarded && coverCondition(guarded.cover, partitionKey, expressions);
  return condition === undefined ? [] : [condition];
}

/** Whether a role makes a write depend on what is stored. */
export function dependsOnStored(guarded: Guarded | undefined): boolean {
  return guarded !== undefined && !isUnconditional(guarded.cover);
}

/** Whether it was the role that kept a write from a stored item, and not a condition of the caller's. */
export function isKept(
  guarded: Guarded | undefined,
  stored: JsonObject | null | undefined,
): stored is JsonObject {
  return guarded !== undefined && !!stored && !covers(guarded.cover, stored);
}

/** Whether a caller may know of a stored item that its role kept from being written. */
export function mayKnow({ cover, back }: Guarded, stored: JsonObject): boolean {
  return isInScope(cover, stored) || back.see(stored) !== undefined;
}

/** What a put is told that a role kept from a stored item. */
export function keptPut(
  guarded: Guarded,
  stored: JsonObject,
  asExisting: () => ServiceError,
): ServiceError {
  const createsOnly = guarded.cover.existing.length === 0;
  if (createsOnly && isInScope(guarded.cover, stored)) return asExisting();
  return forbidden('item', 'would replace an item that your role may not replace');
}

/** What an update is told that a role kept from a stored item. */
export function keptUpdate(
  guarded: Guarded,
  stored: JsonObject,
  upsert: boolean,
  asAbsent: () => ServiceError,
): ServiceError {
  if (!upsert && !mayKnow(guarded, stored)) return asAbsent();
  return forbidden('key', 'has an item that your role may not change so');
}

/** What a delete is told that a role kept from a stored item. */
export function keptDelete(
  guarded: Guarded,
  stored: JsonObject,
  asAbsent: () => ServiceError,
): ServiceError {
  if (!mayKnow(guarded, stored)) return asAbsent();
  return forbidden('key', 'has an item that your role may not delete');
}
