import { type Token, tokensOf } from './tokens.ts';

/** A step of a path: the name of a member, as it stands for one, or the place in a list. */
export type Step = string | number;

/** A document path of an expression. */
export interface Path {
  /** Its first name is that of an attribute. */
  readonly steps: readonly [string, ...Step[]];
  /** As the caller wrote it. */
  readonly text: string;
}

/** An expression that does not follow the grammar as it is known here. */
export class UnreadExpression extends Error {
  override readonly name = 'UnreadExpression';
}

/** Words of DynamoDB's grammar: reserved, so that none of them is a name by itself. */
const KEYWORDS = new Set(['AND', 'OR', 'NOT', 'BETWEEN', 'IN', 'SET', 'REMOVE', 'ADD', 'DELETE']);
const INDEX = /^\d+$/;
const STARTS_NAME = /^[A-Za-z_]/;

/** The attribute that a placeholder of a name stands for; undefined for an unknown one. */
export type ResolveName = (placeholder: string) => string | undefined;

/** Reads an expression from left to right; throws UnreadExpression at what should not stand there. */
export class TokenReader {
  readonly #expression: string;
  readonly #tokens: readonly Token[];
  readonly #resolve: ResolveName;
  #at = 0;

  constructor(expression: string, resolve: ResolveName) {
    this.#expression = expression;
    this.#tokens = tokensOf(expression);
    this.#resolve = resolve;
  }

  get atEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  /** The token that comes so many behind the next. */
  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }

  /** Whether the next token is this sign or keyword, which is then taken. */
  take(text: string): boolean {
    const next = this.peek();
    if (!next || (next.kind === 'word' ? next.text.toUpperCase() : next.text) !== text)
      return false;
    this.#at++;
    return true;
  }

  demand(text: string): void {
    if (!this.take(text)) this.fail();
  }

  /** A function's name, if one of these and a bracket come next; both are taken. */
  takeFunction(names: ReadonlySet<string>): string | undefined {
    const next = this.peek();
    if (next?.kind !== 'word' || this.peek(1)?.text !== '(') return undefined;
    if (!names.has(next.text)) this.fail();
    this.#at += 2;
    return next.text;
  }

  /** The next placeholder of a value, if one comes next. */
  takeValue(): string | undefined {
    const next = this.peek();
    if (next?.kind !== 'value') return undefined;
    this.#at++;
    return next.text;
  }

  path(): Path {
    const start = this.peek()?.start ?? 0;
    const steps: [string, ...Step[]] = [this.#name()];
    for (;;) {
      if (this.take('.')) steps.push(this.#name());
      else if (this.take('[')) steps.push(this.#index());
      else break;
    }
    return { steps, text: this.#expression.slice(start, this.#tokens[this.#at - 1]?.end) };
  }

  fail(): never {
    throw new UnreadExpression(this.peek()?.text ?? '');
  }

  #name(): string {
    const next = this.peek();
    if (next?.kind === 'name') {
      const name = this.#resolve(next.text);
      if (name === undefined) this.fail();
      this.#at++;
      return name;
    }
    const isName =
      next?.kind === 'word' &&
      STARTS_NAME.test(next.text) &&
      !KEYWORDS.has(next.text.toUpperCase());
    if (!isName) this.fail();
    this.#at++;
    return next.text;
  }

  #index(): number {
    const next = this.peek();
    if (next?.kind !== 'word' || !INDEX.test(next.text)) this.fail();
    this.#at++;
    this.demand(']');
    return Number(next.text);
  }
}
