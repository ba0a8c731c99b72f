import fc from 'fast-check';
import { canonicalNumber } from '../../src/json/decimal.ts';

/** A part of DynamoDB's JSON. */
export type Wire = Record<string, unknown>;

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('$ddb', '$$ddb', '$', '\\u0041', '"Items":[', '\u2028', '\ud800', '/'),
);
const number = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true, max: 1e125, min: -1e125 }).map(String),
  fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }).map(String),
  fc.constantFrom('0', '-0', '0.0', '1.50', '100', '0.1', '-0.1', '1E5', '1e-130', '9.99E+125'),
  fc.constantFrom('12.5', '123456789012.345', '1234567890123.45', '999999999999999', '007', '.5'),
);
const base64 = fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64'));

/** Names of attributes, those that JSON and JavaScript treat in their own way among them. */
const attributeNames = fc.oneof(
  text,
  fc.constantFrom('__proto__', 'constructor', 'a.b', 'Items', 'S'),
);

/** Attributes as members in JSON, of which none stands twice. */
const members = (values: fc.Arbitrary<Wire>) =>
  fc
    .uniqueArray(fc.tuple(attributeNames, values), { selector: ([name]) => name, maxLength: 6 })
    .map(fromEntries);

function fromEntries(entries: [string, Wire][]): Wire {
  const object: Wire = {};
  for (const [name, value] of entries) {
    Object.defineProperty(object, name, { value, enumerable: true });
  }
  return object;
}

/** AttributeValues of any type, of some texts and numbers, in maps of some kind. */
export function attributeValues(
  texts: fc.Arbitrary<string>,
  numbers: fc.Arbitrary<string>,
  maps: (values: fc.Arbitrary<Wire>) => fc.Arbitrary<Wire>,
): fc.Arbitrary<Wire> {
  return fc.letrec<{ value: Wire }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      texts.map((S) => ({ S })),
      numbers.map((N) => ({ N })),
      base64.map((B) => ({ B })),
      fc.boolean().map((BOOL) => ({ BOOL })),
      fc.constant({ NULL: true }),
      fc.uniqueArray(texts, { minLength: 1 }).map((SS) => ({ SS })),
      fc.uniqueArray(numbers, { minLength: 1, selector: canonicalNumber }).map((NS) => ({ NS })),
      fc.uniqueArray(base64, { minLength: 1 }).map((BS) => ({ BS })),
      fc.array(tie('value'), { maxLength: 5 }).map((L) => ({ L })),
      maps(tie('value')).map((M) => ({ M })),
    ),
  })).value;
}

/** One that JSON or JavaScript may treat in its own way. */
export const attributeValue = attributeValues(text, number, members);

/** An item. */
export const wireItem = members(attributeValue);
