import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hash,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { createNonces } from './nonces.ts';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const LENGTH_BYTES = 4;
/** Sealed texts are as long as the next multiple of this, so that their length tells little. */
const PADDING = 256;
const DIGEST_CHARACTERS = 32;
const ENCODING = 'base64url';
const nextNonce = createNonces(NONCE_BYTES);

/** What is made with the secret that all replicas share. */
export interface Secrets {
  /** A text that hides what it holds, and that opens in the same context only. */
  seal(text: string, context: string): string;
  /** What a sealed text holds; undefined for any other text. */
  open(sealed: string, context: string): string | undefined;
  /** A short text that is the same for the same text in the same context, and tells nothing of it. */
  digest(text: string, context: string): string;
}

/** Keys of their own for each purpose, from the secret. */
export function createSecrets(secret: string): Secrets {
  // A key object: Node takes bytes for one only after it has failed to, which costs more than the cipher.
  const sealing = createSecretKey(derive(secret, 'seal'));
  const digesting = derive(secret, 'digest').toString('hex');
  return {
    seal: (text, context) => seal(sealing, text, context),
    open: (sealed, context) => {
      try {
        return open(sealing, sealed, context);
      } catch {
        return undefined;
      }
    },
    // Half of the hash is kept back, so that nothing can be added to what was hashed.
    digest: (text, context) =>
      hash('sha256', `${digesting}${JSON.stringify([context, text])}`).slice(0, DIGEST_CHARACTERS),
  };
}

function derive(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `dynamodb-mcp-server ${purpose}`, KEY_BYTES));
}

function seal(key: KeyObject, text: string, context: string): string {
  const content = Buffer.from(text);
  const size = Math.ceil((content.length + LENGTH_BYTES) / PADDING) * PADDING;
  const padded = Buffer.alloc(size);
  padded.writeUInt32BE(content.length);
  content.copy(padded, LENGTH_BYTES);
  const nonce = nextNonce();
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(context));
  const parts = [nonce, cipher.update(padded), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat(parts).toString(ENCODING);
}

function open(key: KeyObject, sealed: string, context: string): string | undefined {
  const bytes = Buffer.from(sealed, ENCODING);
  // One text for one content: what Node reads generously was not sealed here.
  if (bytes.toString(ENCODING) !== sealed) return undefined;
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const tag = bytes.subarray(-TAG_BYTES);
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context)).setAuthTag(tag);
  const padded = Buffer.concat([
    decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)),
    decipher.final(),
  ]);
  const end = LENGTH_BYTES + padded.readUInt32BE();
  return padded.subarray(LENGTH_BYTES, end).toString();
}
