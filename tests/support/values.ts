import fc from 'fast-check';

/** Names of attributes, odd ones among them. */
export const name = fc
  .oneof(
    fc.constantFrom(
      'constructor',
      'status',
      'a.b',
      'first-name',
      '😀',
      'toString',
      'N',
      'M',
      'L',
      '#x',
      ':y',
      '$$ddb',
      '$$$ddb',
    ),
    fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }),
  )
  .filter((text) => text !== '__proto__' && text !== '$ddb' && text.isWellFormed());

export const text = fc
  .string({ unit: 'grapheme', maxLength: 40 })
  .filter((value) => value.isWellFormed());

/** Any number DynamoDB can hold, as a JSON token. */
export const numberToken = fc
  .tuple(fc.boolean(), fc.stringMatching(/^[1-9][0-9]{0,37}$/), fc.integer({ min: -130, max: 88 }))
  .filter(([, digits, exponent]) => exponent + digits.length - 1 <= 125)
  .map(([negative, digits, exponent]) =>
    JSON.rawJSON(`${negative ? '-' : ''}${digits}${exponent === 0 ? '' : `E${exponent}`}`),
  );

export const double = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .filter((n) => n === 0 || (Math.abs(n) >= 1e-130 && Math.abs(n) < 1e126));

/** Any JSON document, with numbers that a double cannot hold. */
export const { document } = fc.letrec<{ document: unknown }>((tie) => ({
  document: fc.oneof(
    { maxDepth: 5 },
    text,
    fc.boolean(),
    fc.constant(null),
    double,
    numberToken,
    fc.integer(),
    fc.array(tie('document'), { maxLength: 4 }),
    fc.dictionary(name, tie('document'), { maxKeys: 4 }),
  ),
}));
