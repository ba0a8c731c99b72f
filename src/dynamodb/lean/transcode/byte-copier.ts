import {
  ARRAY,
  ARRAY_END,
  BACKSLASH,
  COMMA,
  OBJECT,
  OBJECT_END,
  QUOTE,
  SPACE,
} from '../../../json/characters.ts';
import type { JsonPiece } from '../../../json/json-list.ts';

/** Where short answers are copied to, one after the other: memory outside of the heap costs much. */
const SHARED = Buffer.allocUnsafeSlow(65_536);

/** What is not surely read as the fast way reads it; who reads values says what it is. */
export const NOT_SURE = new SyntaxError('Not surely JSON of DynamoDB.');

/**
 * Copies JSON from an answer's bytes to a reply's, for a caller who knows what comes next and leaves
 * out or adds what differs. What is copied is one byte for one; what is written besides has to find
 * room. Every method throws NOT_SURE where the bytes go on otherwise.
 */
export class ByteCopier {
  protected readonly source: Buffer;
  protected at = 0;
  protected target: Buffer;
  protected end = 0;

  constructor(source: Buffer) {
    this.source = source;
    this.target = source.length <= SHARED.length ? SHARED : Buffer.allocUnsafeSlow(source.length);
  }

  /** What was written from a place on; to be taken before anything else is copied. */
  protected written(start: number): JsonPiece {
    const { target, end } = this;
    return target === SHARED ? target.toString('utf8', start, end) : target.subarray(start, end);
  }

  /** Goes past bytes that have to come next, in ASCII. */
  protected pass(expected: string): void {
    for (let index = 0; index < expected.length; index++) {
      if (this.source[this.at + index] !== expected.charCodeAt(index)) throw NOT_SURE;
    }
    this.at += expected.length;
  }

  /** Copies the one byte that has to come next. */
  protected copy(expected: number): void {
    if (this.source[this.at++] !== expected) throw NOT_SURE;
    this.target[this.end++] = expected;
  }

  /** Whether a byte comes next, which is copied then. */
  protected copied(expected: number): boolean {
    if (this.source[this.at] !== expected) return false;
    this.at++;
    this.target[this.end++] = expected;
    return true;
  }

  /** Copies the comma or the end of a list or an object; false at the end. */
  protected copyNext(last: number): boolean {
    const found = this.source[this.at++];
    if (found !== COMMA && found !== last) throw NOT_SURE;
    this.target[this.end++] = found;
    return found === COMMA;
  }

  /** Copies a string, in the form in which JSON.stringify writes it. */
  protected copyString(): void {
    const { source, target } = this;
    let from = this.at;
    let to = this.end;
    if (source[from++] !== QUOTE) throw NOT_SURE;
    target[to++] = QUOTE;
    for (;;) {
      const byte = source[from++];
      if (byte === undefined || byte < SPACE) throw NOT_SURE;
      if (byte === BACKSLASH) {
        this.write(JSON.stringify(this.string()));
        return;
      }
      target[to++] = byte;
      if (byte === QUOTE) break;
    }
    this.at = from;
    this.end = to;
  }

  /** Goes past a string; its value. */
  protected string(): string {
    const { source } = this;
    const start = this.at;
    if (source[start] !== QUOTE) throw NOT_SURE;
    let at = start + 1;
    while (at < source.length && source[at] !== QUOTE) at += source[at] === BACKSLASH ? 2 : 1;
    this.at = at + 1;
    return JSON.parse(source.toString('utf8', start, at + 1));
  }

  /** Goes past any value; where it began. */
  protected skip(): number {
    const start = this.at;
    let depth = 0;
    do {
      const byte = this.source[this.at];
      if (byte === undefined) throw NOT_SURE;
      if (byte === QUOTE) {
        this.string();
        continue;
      }
      if (depth === 0 && (byte === COMMA || byte === OBJECT_END || byte === ARRAY_END)) break;
      if (byte === OBJECT || byte === ARRAY) depth++;
      if (byte === OBJECT_END || byte === ARRAY_END) depth--;
      this.at++;
    } while (depth > 0 || !isEndOfValue(this.source[this.at]));
    return start;
  }

  /** Writes what the source does not have in this form. */
  protected write(text: string): void {
    this.#makeRoom(Buffer.byteLength(text));
    this.end += this.target.write(text, this.end);
  }

  /** As write, of text that is ASCII, and short: the loop costs less than a call into Node. */
  protected writeAscii(text: string): void {
    this.#makeRoom(text.length);
    for (let index = 0; index < text.length; index++) {
      this.target[this.end + index] = text.charCodeAt(index);
    }
    this.end += text.length;
  }

  /** What is copied later needs as much room as is left of the source. */
  #makeRoom(bytes: number): void {
    const needed = this.end + bytes + this.source.length - this.at;
    if (needed <= this.target.length) return;
    const larger = Buffer.allocUnsafeSlow(needed + (needed >> 2));
    this.target.copy(larger, 0, 0, this.end);
    this.target = larger;
  }
}

function isEndOfValue(byte: number | undefined): boolean {
  return byte === COMMA || byte === OBJECT_END || byte === ARRAY_END;
}
