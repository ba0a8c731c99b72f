/** A decimal number: `digits` (no zeros at either end; empty for zero) times 10 to `exponent`. */
export interface Decimal {
  negative: boolean;
  digits: string;
  exponent: number;
}

/** A number as the code holds it: a double where that is exact, else the JSON token itself. */
export type ExactNumber = number | RawJson;

/** Whether a value is a number as the code holds it. */
export function isExactNumber(value: unknown): value is ExactNumber {
  return typeof value === 'number' || JSON.isRawJSON(value);
}

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** So many characters hold at most 15 digits, which every double of DynamoDB's range keeps. */
const SURELY_EXACT = 15;
const LONGEST_KEPT = 64;
const MAX_POWER = 1_000_000_000;
const ZERO: Decimal = { negative: false, digits: '', exponent: 0 };

/** Reads decimal notation (`-1.50E+3`); undefined when the text is not a number. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = NUMBER.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', power = '0'] = match;
  const all = whole + fraction;
  if (all === '') return undefined;
  let start = 0;
  let end = all.length;
  while (start < end && all[start] === '0') start++;
  while (end > start && all[end - 1] === '0') end--;
  if (start === end) return ZERO;
  return {
    negative: sign === '-',
    digits: all.slice(start, end),
    exponent: clamp(Number(power)) - fraction.length + (all.length - end),
  };
}

/** Powers of ten past any number that is stored, so that arithmetic on them stays exact. */
function clamp(power: number): number {
  return Math.max(-MAX_POWER, Math.min(MAX_POWER, power));
}

/** The power of ten of the first digit: 2 for 123, -1 for 0.5. */
export function magnitude(decimal: Decimal): number {
  return decimal.exponent + decimal.digits.length - 1;
}

/** Less than, equal to or more than 0, as `a` is to `b`. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const sign = signOf(a);
  return sign === signOf(b) ? sign * compareSizes(a, b) : sign - signOf(b);
}

function signOf({ negative, digits }: Decimal): number {
  if (digits === '') return 0;
  return negative ? -1 : 1;
}

/** Compares without the signs; digits have no zeros at either end, so that texts compare as they do. */
function compareSizes(a: Decimal, b: Decimal): number {
  const difference = magnitude(a) - magnitude(b);
  if (difference !== 0 || a.digits === b.digits) return difference;
  return a.digits < b.digits ? -1 : 1;
}

/** The shortest faithful notation, valid as a JSON number and as a DynamoDB number. */
function formatDecimal({ negative, digits, exponent }: Decimal): string {
  if (digits === '') return '0';
  return `${negative ? '-' : ''}${digits}${exponent === 0 ? '' : `E${exponent}`}`;
}

function sameDecimal(a: Decimal, b: Decimal): boolean {
  return a.negative === b.negative && a.digits === b.digits && a.exponent === b.exponent;
}

/**
 * The number that a decimal text names, without loss: a double when it prints back to the same
 * decimal, else a raw JSON token. Undefined when the text is not a number.
 */
export function exactNumber(text: string): ExactNumber | undefined {
  const double = Number(text);
  if (text.length <= SURELY_EXACT && double !== 0 && Number.isFinite(double)) return double;
  if (String(double) === text) return Number.isFinite(double) ? double : undefined;
  const decimal = parseDecimal(text);
  if (!decimal) return undefined;
  const printed = parseDecimal(String(double));
  if (printed && sameDecimal(decimal, printed)) return double;
  return JSON.rawJSON(plainNotation(text, decimal));
}

/** The text itself where it is short and valid as a JSON number, else the shortest notation. */
export function plainNotation(text: string, decimal: Decimal): string {
  return text.length <= LONGEST_KEPT && JSON_NUMBER.test(text) ? text : formatDecimal(decimal);
}

/** The decimal text of a number that {@link exactNumber} made. */
export function numberText(number: ExactNumber): string {
  return typeof number === 'number' ? String(number) : number.rawJSON;
}

/** One notation for all texts of the same number: `1.0` and `1` give `1`. */
export function canonicalNumber(text: string): string {
  const decimal = parseDecimal(text);
  return decimal ? formatDecimal(decimal) : text;
}
