import { type JsonObject, parseJson } from './parse.ts';

/** JSON, as it came: what is short costs less as text. */
export type JsonPiece = string | Buffer;

/** An object that is JSON already, among others that are looked at one by one. */
export class JsonElement {
  readonly text: string;
  /** How long it is as UTF-8. */
  readonly bytes: number;
  /** Whether it surely has nothing that is shown to some readers in another form. */
  readonly isPlain: boolean;

  constructor(text: string, bytes: number, isPlain: boolean) {
    this.text = text;
    this.bytes = bytes;
    this.isPlain = isPlain;
  }

  /** As a value. */
  get value(): JsonObject {
    return parseJson(this.text) as JsonObject;
  }
}

/** A list of objects that are JSON already, for a reply that takes them as they are. */
export class JsonList {
  readonly #pieces: JsonPiece[] = [];
  /** For each piece of elements where these end in it, in bytes; a comma alone is none. */
  readonly #ends: (readonly number[])[] = [];
  #length = 0;
  #last: string | undefined;

  /** Elements with commas between them, where each ends in bytes, and the last of them once more. */
  constructor(elements?: JsonPiece, ends: readonly number[] = [], last?: string) {
    if (elements && ends.length > 0) {
      this.#pieces.push(elements);
      this.#ends.push(ends);
    }
    this.#length = ends.length;
    this.#last = last;
  }

  /** How many elements it has. */
  get length(): number {
    return this.#length;
  }

  /** Takes the elements of another list behind its own. */
  append(other: JsonList): void {
    if (other.#length === 0) return;
    if (this.#length > 0) {
      this.#pieces.push(',');
      this.#ends.push([]);
    }
    this.#pieces.push(...other.#pieces);
    this.#ends.push(...other.#ends);
    this.#length += other.#length;
    this.#last = other.#last;
  }

  /** Takes one element, in the form in which it is shown and in its own. */
  push(shown: string, own: string): void {
    this.append(new JsonList(shown, [Buffer.byteLength(shown)], own));
  }

  /** The last element, as a value. */
  get last(): JsonObject | undefined {
    return this.#last === undefined ? undefined : (parseJson(this.#last) as JsonObject);
  }

  /** The elements with commas between them, in pieces. */
  get pieces(): readonly JsonPiece[] {
    return this.#pieces;
  }

  /** Each element by itself, in bytes that it shares with the others. */
  *elements(): Generator<Buffer> {
    for (const [at, piece] of this.#pieces.entries()) {
      const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
      let start = 0;
      for (const end of this.#ends[at] ?? []) {
        yield bytes.subarray(start, end);
        start = end + 1;
      }
    }
  }

  /** The elements as values: for whatever does not know this form. */
  toJSON(): JsonObject[] {
    return parseJson(`[${this.#pieces.map(String).join('')}]`) as JsonObject[];
  }
}

/** An object as JSON, in pieces, with the lists in it that are JSON already. */
export function jsonPieces(object: object): JsonPiece[] {
  const pieces: JsonPiece[] = [];
  for (const [name, value] of Object.entries(object)) {
    if (value === undefined) continue;
    pieces.push(`${pieces.length === 0 ? '{' : ','}${JSON.stringify(name)}:`);
    if (value instanceof JsonList) pieces.push('[', ...value.pieces, ']');
    else pieces.push(JSON.stringify(value));
  }
  pieces.push(pieces.length === 0 ? '{}' : '}');
  return pieces;
}
