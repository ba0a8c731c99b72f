import { type CryptoKey, createLocalJWKSet, errors, type JWK } from 'jose';
import { isJsonObject, type JsonObject, parseJsonObject } from '../../json/parse.ts';

/** A set of keys, in bytes of JSON. */
export const MOST_BYTES = 65_536;

/** The algorithm and the key that a token names. */
export interface KeyHint {
  readonly alg: string;
  readonly kid: string | undefined;
}

/** The public keys of an issuer as they were read once. */
export interface KeyList {
  /** The one key that fits; undefined where there is none, or several. */
  find(hint: KeyHint): Promise<CryptoKey | undefined>;
}

const KINDS = new Set<unknown>(['RSA', 'EC', 'OKP']);
/** What a public key for signatures is made of; secrets among them are left behind. */
const MEMBERS = ['kty', 'kid', 'alg', 'use', 'key_ops', 'n', 'e', 'crv', 'x', 'y'];

/** The keys in a JSON Web Key Set; undefined where it is none, or has no usable key. */
export function readKeyList(text: string): KeyList | undefined {
  const { keys } = parseJsonObject(text);
  const usable = (Array.isArray(keys) ? keys : []).filter(isJsonObject).filter(isPublic);
  if (usable.length === 0) return undefined;
  const find = createLocalJWKSet({ keys: usable.map(publicPart) });
  return {
    find: async ({ alg, kid }) => {
      try {
        return await find({ alg, ...(kid !== undefined && { kid }) });
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        // A key whose numbers make no sense fails to be imported.
        if (error instanceof DOMException || error instanceof TypeError) return undefined;
        throw error;
      }
    },
  };
}

function isPublic({ kty }: JsonObject): boolean {
  return KINDS.has(kty);
}

function publicPart(key: JsonObject): JWK {
  // What is wrong with a member shows when the key is imported.
  return Object.fromEntries(Object.entries(key).filter(([name]) => MEMBERS.includes(name))) as JWK;
}
