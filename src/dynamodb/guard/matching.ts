import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { compareDecimals, parseDecimal } from '../../json/decimal.ts';
import { canonical } from '../values/same-value.ts';
import type { Matcher } from './grant.ts';

/** An attribute and what it must be; one attribute may have several. */
export type Rule = readonly [attribute: string, matcher: Matcher];

/** Whether an item, sent or stored, is what all rules ask for. */
export function holds(rules: readonly Rule[], item: Readonly<Record<string, unknown>>): boolean {
  for (const [attribute, matcher] of rules) {
    if (!matches(matcher, Object.hasOwn(item, attribute) ? item[attribute] : undefined))
      return false;
  }
  return true;
}

/** Whether a value is what a matcher asks for; undefined stands for an attribute that is absent. */
export function matches(matcher: Matcher, value: unknown): boolean {
  switch (matcher.is) {
    case 'equal':
      return value !== undefined && same(matcher.value, value);
    case 'prefix':
      return typeof value === 'string' && value.startsWith(matcher.text);
    case 'between':
      return isBetween(value, matcher.low, matcher.high);
    case 'present':
      return (value !== undefined) === matcher.present;
    case 'any':
      return matcher.of.some((each) => matches(each, value));
  }
}

/** Whether two values, sent or stored, are the same to DynamoDB. */
export function same(one: unknown, other: unknown): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other;
  return canonical(one) === canonical(other);
}

function isBetween(value: unknown, low: unknown, high: unknown): boolean {
  if (typeof value === 'string') {
    if (typeof low !== 'string' || typeof high !== 'string') return false;
    return compareText(low, value) <= 0 && compareText(value, high) <= 0;
  }
  const [number, least, greatest] = [value, low, high].map(decimalOf);
  if (!number || !least || !greatest) return false;
  return compareDecimals(least, number) <= 0 && compareDecimals(number, greatest) <= 0;
}

function compareText(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function decimalOf(value: unknown) {
  if (typeof value === 'number' || value instanceof NumberValue) return parseDecimal(`${value}`);
  return JSON.isRawJSON(value) ? parseDecimal(value.rawJSON) : undefined;
}
