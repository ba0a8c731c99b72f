import { isIPv4 } from 'node:net';
import { z } from 'zod';

/** A whole number within bounds. */
export function integer(minimum: number, maximum: number) {
  const rule = `must be a whole number from ${minimum} to ${maximum}`;
  return z.coerce.number(rule).int(rule).min(minimum, rule).max(maximum, rule);
}

/** On or off, and off unless it is asked for. */
export function flag() {
  return z
    .stringbool({ truthy: ['true'], falsy: ['false'], error: 'must be true or false' })
    .default(false);
}

/** One of some words, the first if none is given. */
export function oneOf<const Value extends string>(...values: Value[]) {
  return z.enum(values, { error: `must be ${values.join(' or ')}` }).default(values[0] as Value);
}

/** Entries of one kind, comma separated. */
export function list(isEntry: (entry: string) => boolean, kind: string) {
  return z
    .string()
    .transform((text) => text.split(',').map((entry) => entry.trim()))
    .refine((entries) => entries.every(isEntry), { error: `must be ${kind}, comma separated` });
}

/** Ids of resources of EC2, such as `subnet-0123456789abcdef0`. */
export function ids(prefix: string) {
  return list((entry) => isId(prefix, entry), `ids such as ${prefix}-0123456789abcdef0`);
}

/** Whether a text is an id of EC2. */
export function isId(prefix: string, text: string): boolean {
  return new RegExp(`^${prefix}-[0-9a-f]{8,17}$`).test(text);
}

/** Whether a text is an IPv4 range with a prefix of so many bits. */
export function isCidr(text: string, smallest = 0, largest = 32): boolean {
  const [address = '', prefix = '', ...rest] = text.split('/');
  const bits = /^\d{1,2}$/.test(prefix) ? Number(prefix) : Number.NaN;
  return isIPv4(address) && rest.length === 0 && bits >= smallest && bits <= largest;
}
