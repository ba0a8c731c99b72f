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
  #length = 0;
  #last: string | undefined;

  /** Elements with commas between them, how many they are, and the last of them once more. */
  constructor(elements?: JsonPiece, length = 0, last?: string) {
    if (elements && length > 0) this.#pieces.push(elements);
    this.#length = length;
    this.#last = last;
  }

  /** How many elements it has. */
  get length(): number {
    return this.#length;
  }

  /** Takes the elements of another list behind its own. */
  append(other: JsonList): void {
    if (other.#length === 0) return;
    if (this.#length > 0) this.#pieces.push(',');
    this.#pieces.push(...other.#pieces);
    this.#length += other.#length;
    this.#last = other.#last;
  }

  /** Takes one element, in the form in which it is shown and in its own. */
  push(shown: string, own: string): void {
    this.#pieces.push(this.#length === 0 ? shown : `,${shown}`);
    this.#length++;
    this.#last = own;
  }

  /** The last element, as a value. */
  get last(): JsonObject | undefined {
    return this.#last === undefined ? undefined : (parseJson(this.#last) as JsonObject);
  }

  /** The elements with commas between them, in pieces. */
  get pieces(): readonly JsonPiece[] {
    return this.#pieces;
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
