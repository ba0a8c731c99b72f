import type { CryptoKey } from 'jose';
import { ServiceError } from '../../errors.ts';
import type { KeyHint } from './key-list.ts';

/** Where the current keys of an issuer come from. */
export interface KeySource {
  /** The key that fits; undefined where there is none. Throws Overloaded where no keys are known. */
  find(hint: KeyHint): Promise<CryptoKey | undefined>;
}

/** That a key source could not be read, for the log. */
export type NoteFailure = (reason: string) => void;

/** Keys that cannot be read are no fault of the token: a 401 would make clients log in again. */
export function keysUnavailable(): ServiceError {
  return new ServiceError(
    'Overloaded',
    "The keys of the token's issuer cannot be read at the moment; try later.",
  );
}
