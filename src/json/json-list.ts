import { type JsonObject, parseJson } from './parse.ts';

/** JSON, as it came: what is short costs less as text. */
export type JsonPiece = string | Buffer;

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
