import {
  ARRAY,
  ARRAY_END,
  BACKSLASH,
  COLON,
  COMMA,
  OBJECT,
  OBJECT_END,
  QUOTE,
  SPACE,
  TRUE,
} from './characters.ts';
import { exactNumber } from './decimal.ts';

const FALSE = 0x66;
const LITERAL = /null|-?\d[\d.eE+-]*/y;

/**
 * Reads JSON text from front to back, for a caller who knows what comes next and makes its own
 * values of it at once. Every method throws SyntaxError where the text goes on otherwise.
 */
export class JsonReader {
  readonly #text: string;
  #at = 0;
  /** Where the next escape is: a string that ends before it is cut out as it stands. */
  #escape = -1;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next character but for white space; NaN at the end. */
  peek(): number {
    let code = this.#text.charCodeAt(this.#at);
    while (code <= SPACE) code = this.#text.charCodeAt(++this.#at);
    return code;
  }

  /** Goes past the one character that may come next. */
  pass(expected: number): void {
    if (this.#text.charCodeAt(this.#at) !== expected && this.peek() !== expected) this.#refuse();
    this.#at++;
  }

  /** Goes into an object or array; false when it is empty, and passed. */
  enter(start: number, end: number): boolean {
    this.pass(start);
    if (this.peek() !== end) return true;
    this.#at++;
    return false;
  }

  /** Goes on to the next member or element; false when there is none, and the end is passed. */
  next(end: number): boolean {
    const found = this.peek();
    if (found !== COMMA && found !== end) this.#refuse();
    this.#at++;
    return found === COMMA;
  }

  /** The name of a member, and past its colon. */
  name(): string {
    const name = this.string();
    this.pass(COLON);
    return name;
  }

  /**
   * Goes to the value of an object's first member where that has a name of one letter, written
   * without white space; the letter's code, or 0 where the text is otherwise, and nothing passed.
   */
  enterLetter(): number {
    const text = this.#text;
    const at = this.#at;
    const isLetter =
      text.charCodeAt(at) === OBJECT &&
      text.charCodeAt(at + 1) === QUOTE &&
      text.charCodeAt(at + 3) === QUOTE &&
      text.charCodeAt(at + 4) === COLON;
    if (!isLetter) return 0;
    this.#at = at + 5;
    return text.charCodeAt(at + 2);
  }

  string(): string {
    this.pass(QUOTE);
    const text = this.#text;
    const start = this.#at;
    const end = text.indexOf('"', start);
    if (end < 0) this.#refuse();
    if (this.#escape < start) {
      const escapeAt = text.indexOf('\\', start);
      this.#escape = escapeAt < 0 ? text.length : escapeAt;
    }
    if (this.#escape < end) return this.#stringWithEscapes(start);
    this.#at = end + 1;
    return text.slice(start, end);
  }

  /** Any value, its numbers exact. */
  value(): unknown {
    const found = this.peek();
    if (found === QUOTE) return this.string();
    if (found === ARRAY) return this.array(() => this.value());
    if (found === OBJECT) return this.object(() => this.value());
    if (found === TRUE || found === FALSE) return this.boolean();
    LITERAL.lastIndex = this.#at;
    const [literal = ''] = LITERAL.exec(this.#text) ?? [];
    this.#at += literal.length;
    return literal === 'null' ? null : exactNumber(literal);
  }

  boolean(): boolean {
    const isTrue = this.peek() === TRUE;
    if (!this.#text.startsWith(isTrue ? 'true' : 'false', this.#at)) this.#refuse();
    this.#at += isTrue ? 4 : 5;
    return isTrue;
  }

  /** An object whose members' values the function reads. */
  object(read: (name: string) => unknown): Record<string, unknown> {
    const object = {};
    for (let more = this.enter(OBJECT, OBJECT_END); more; more = this.next(OBJECT_END)) {
      const name = this.name();
      setMember(object, name, read(name));
    }
    return object;
  }

  /** An array whose elements the function reads. */
  array<Element>(read: () => Element): Element[] {
    const elements: Element[] = [];
    for (let more = this.enter(ARRAY, ARRAY_END); more; more = this.next(ARRAY_END)) {
      elements.push(read());
    }
    return elements;
  }

  #stringWithEscapes(start: number): string {
    const text = this.#text;
    let end = start;
    while (end < text.length && text.charCodeAt(end) !== QUOTE) {
      end += text.charCodeAt(end) === BACKSLASH ? 2 : 1;
    }
    this.#at = end + 1;
    return JSON.parse(text.slice(start - 1, end + 1)) as string;
  }

  #refuse(): never {
    throw new SyntaxError(`Unexpected JSON at ${this.#at}.`);
  }
}

/** Sets a member, also one whose name would set the prototype. */
export function setMember(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name.length !== PROTO.length || name !== PROTO) object[name] = value;
  else Object.defineProperty(object, name, { ...OWN, value });
}

const PROTO = '__proto__';
const OWN = { configurable: true, enumerable: true, writable: true };
