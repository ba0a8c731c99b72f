import { createHash, createHmac } from 'node:crypto';
import type { SourceData } from '@smithy/types';

/** node:crypto as the SDK's signer wants it. */
export class Sha256 {
  readonly #hash;

  constructor(secret?: SourceData) {
    this.#hash =
      secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Uint8Array);
  }

  update(data: SourceData): void {
    this.#hash.update(data as Uint8Array);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {}
}
