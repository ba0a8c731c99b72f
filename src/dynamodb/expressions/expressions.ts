import { invalid } from '../../errors.ts';
import type { JsonObject } from '../../json/parse.ts';
import type { NativeItem, NativeValue } from '../values/native-values.ts';
import { SizeBudget } from '../values/size-budget.ts';
import { decodeValue } from '../values/values.ts';

/** The caller's placeholders, as DynamoDB names them: `#name` → attribute, `:name` → value. */
export interface Placeholders {
  expressionNames?: Record<string, string> | undefined;
  expressionValues?: JsonObject | undefined;
}

interface ExpressionParameters {
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: NativeItem;
}

/**
 * Collects the placeholders of one request: the caller's own, and generated ones whose prefix
 * occurs nowhere in the caller's expressions or placeholders.
 */
export class Expressions {
  readonly #names: Record<string, string>;
  readonly #values: NativeItem = {};
  #written: readonly (string | undefined)[];
  #prefix: string | undefined;
  #generated = 0;

  constructor(placeholders: Placeholders, ...expressions: (string | undefined)[]) {
    const { expressionNames = {}, expressionValues = {} } = placeholders;
    this.#names = { ...expressionNames };
    const budget = new SizeBudget();
    for (const [name, value] of Object.entries(expressionValues)) {
      this.#values[name] = decodeValue(value, `expression_values.${name}`, budget);
    }
    this.#written = expressions;
  }

  /** A placeholder for an attribute's literal name. */
  name(attribute: string): string {
    const placeholder = `#${this.#nextLabel()}`;
    this.#names[placeholder] = attribute;
    return placeholder;
  }

  /** A placeholder for a value. */
  value(value: NativeValue): string {
    const placeholder = `:${this.#nextLabel()}`;
    this.#values[placeholder] = value;
    return placeholder;
  }

  #nextLabel(): string {
    this.#prefix ??= freePrefix(
      'g',
      [...this.#written, ...Object.keys(this.#names), ...Object.keys(this.#values)].join(' '),
    );
    return `${this.#prefix}${this.#generated++}`;
  }

  /** The attribute that one of the caller's path elements names: `#n` or the name itself. */
  resolve(element: string): string {
    return element.startsWith('#') ? (this.#names[element] ?? element) : element;
  }

  /** The attribute that one of the caller's placeholders stands for; undefined for an unknown one. */
  named(placeholder: string): string | undefined {
    return Object.hasOwn(this.#names, placeholder) ? this.#names[placeholder] : undefined;
  }

  /** The value that one of the caller's placeholders stands for; undefined for an unknown one. */
  valued(placeholder: string): NativeValue | undefined {
    return Object.hasOwn(this.#values, placeholder) ? this.#values[placeholder] : undefined;
  }

  /**
   * Sends another expression in place of one of the caller's, and none of the names that only this
   * one used: DynamoDB refuses names without a use.
   */
  replace(written: string, by: string): void {
    this.#written = this.#written.map((each) => (each === written ? by : each));
    const used = new Set(this.#written.flatMap((each) => each?.match(NAME) ?? []));
    for (const name of written.match(NAME) ?? []) if (!used.has(name)) delete this.#names[name];
  }

  /** What goes with the expressions; DynamoDB refuses empty maps. */
  parameters(): ExpressionParameters {
    return {
      ...(Object.keys(this.#names).length > 0 && { ExpressionAttributeNames: this.#names }),
      ...(Object.keys(this.#values).length > 0 && { ExpressionAttributeValues: this.#values }),
    };
  }
}

const NAME = /#\w+/g;

/** The letter so often that no placeholder in what is written begins with as many. */
export function freePrefix(letter: string, written: string): string {
  if (!written.includes(`#${letter}`) && !written.includes(`:${letter}`)) return letter;
  const runs = [...written.matchAll(new RegExp(`[#:](${letter}*)`, 'g'))].map(
    ([, run = '']) => run.length,
  );
  return letter.repeat(runs.reduce((longest, run) => Math.max(longest, run), 0) + 1);
}

/** Joins conditions by AND, each in brackets it cannot break out of; DynamoDB refuses double ones. */
export function conjunction(conditions: string[]): string | undefined {
  if (conditions.length < 2) return conditions[0];
  return conditions
    .map((condition) => (isBracketed(condition.trim()) ? condition : `(${condition})`))
    .join(' AND ');
}

/** Whether the first bracket of a balanced expression closes at its very end. */
function isBracketed(expression: string): boolean {
  const depths = bracketDepths(expression);
  return expression.startsWith('(') && depths.indexOf(0) === depths.length - 1;
}

/** An expression of the caller's, if there is one, as a condition to join with others. */
export function callersCondition(expression: string | undefined, path: string): string[] {
  if (expression === undefined) return [];
  refuseUnbalanced(expression, path);
  return [expression];
}

/** Refuses an expression of the caller whose brackets do not pair. */
function refuseUnbalanced(expression: string, path: string): void {
  const depths = bracketDepths(expression);
  if (depths.some((depth) => depth < 0) || (depths.at(-1) ?? 0) !== 0) {
    throw invalid(path, 'the parentheses of the expression are not balanced');
  }
}

/** How many brackets are open after each character. */
function bracketDepths(expression: string): number[] {
  let open = 0;
  return Array.from(expression, (character) => {
    if (character === '(') open++;
    if (character === ')') open--;
    return open;
  });
}
