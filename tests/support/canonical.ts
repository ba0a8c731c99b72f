import { canonicalNumber } from '../../src/json/decimal.ts';
import { isJsonObject } from '../../src/json/parse.ts';

/**
 * A text that equal JSON documents share: members sorted, sets sorted, numbers by what they amount
 * to. DynamoDB promises no order of attributes or of a set's members.
 */
export function canonical(value: unknown): string {
  if (typeof value === 'number') return canonicalNumber(String(value));
  if (JSON.isRawJSON(value)) return canonicalNumber(value.rawJSON);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => {
    const isSet = /^[SNB]S$/.test(name) && Array.isArray(member);
    return `${JSON.stringify(name)}:${isSet ? member.map(canonical).sort().join() : canonical(member)}`;
  });
  return `{${members.sort().join()}}`;
}
