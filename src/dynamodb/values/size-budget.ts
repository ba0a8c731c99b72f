import { ServiceError } from '../../errors.ts';

/** The most that DynamoDB stores in one item, and takes in the values of one request. */
const MAX_ITEM_BYTES = 409_600;

/** What DynamoDB counts for a list or map, and for each of its members. */
const CONTAINER_BYTES = 3;
const MEMBER_BYTES = 1;

/**
 * Counts what decoded values take at least, as DynamoDB counts, and ends the decoding of what
 * cannot fit an item: it would cost much time and memory only to be refused.
 */
export class SizeBudget {
  #left = MAX_ITEM_BYTES;

  text(value: string): void {
    // A quick bound first: the bytes of UTF-8 are at least the UTF-16 units.
    this.#spend(value.length);
  }

  /** A number, a truth value or null, of which none takes less. */
  scalar(): void {
    this.#spend(1);
  }

  container(members: number): void {
    this.#spend(CONTAINER_BYTES + members * MEMBER_BYTES);
  }

  #spend(bytes: number): void {
    this.#left -= bytes;
    if (this.#left < 0) {
      throw new ServiceError(
        'TooLarge',
        'The item is larger than 400 KB, the most that DynamoDB stores in one item.',
      );
    }
  }
}
