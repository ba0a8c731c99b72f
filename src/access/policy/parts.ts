import type { z } from 'zod';
import { isJsonObject, type JsonObject } from '../../json/parse.ts';

/** A member of an object, as long as there is one. */
export function memberOf(value: unknown, name: string): unknown {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** The members that an object has; none where it is none. */
export function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The elements that a list has; none where it is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The members that a schema takes, so that others do not keep them from being checked. */
export function validMembers<Schema extends z.ZodType>(
  value: unknown,
  schema: Schema,
): Map<string, z.output<Schema>> {
  return new Map(
    Object.entries(objectOf(value)).flatMap(([name, member]): [string, z.output<Schema>][] => {
      const parsed = schema.safeParse(member);
      return parsed.success ? [[name, parsed.data]] : [];
    }),
  );
}

/** The same of a list. */
export function validElements<Schema extends z.ZodType>(
  value: unknown,
  schema: Schema,
): Map<number, z.output<Schema>> {
  return new Map(
    listOf(value).flatMap((element, index): [number, z.output<Schema>][] => {
      const parsed = schema.safeParse(element);
      return parsed.success ? [[index, parsed.data]] : [];
    }),
  );
}
