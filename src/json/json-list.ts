import { type JsonObject, parseJson } from './parse.ts';

/** JSON, as it came: what is short costs less as text. */
export type JsonPiece = string | Buffer;

/** A list of objects that are JSON already, for a reply that takes them as they are. */
export class JsonList {
  readonly #pieces: JsonPiece[] = [];
  #length = 0;

  /** Elements with commas between them, and how many they are. */
  constructor(elements?: JsonPiece, length = 0) {
    if (elements && length > 0) this.#pieces.push(elements);
    this.#length = length;
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
