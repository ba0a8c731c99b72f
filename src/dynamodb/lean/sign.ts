import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

/** What a signature is made with. */
export interface SigningCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

/** Where and when a signature is good. */
export interface SigningScope {
  region: string;
  service: string;
  /** `20261123T040134Z` */
  timestamp: string;
}

/** What is signed besides the body; header names in lower case. */
export interface SignedRequest {
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  /** SHA-256 of the body in hexadecimal. */
  bodyHash: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** Makes Authorization headers by AWS Signature Version 4; the day's key is derived once. */
export class Signer {
  #cacheKey = '';
  #signingKey: KeyObject | undefined;

  authorization(
    request: SignedRequest,
    { region, service, timestamp }: SigningScope,
    credentials: SigningCredentials,
  ): string {
    const date = timestamp.slice(0, 8);
    const scope = `${date}/${region}/${service}/aws4_request`;
    const names = Object.keys(request.headers).sort();
    const canonicalHeaders = names.map((name) => `${name}:${request.headers[name]}\n`).join('');
    const signedHeaders = names.join(';');
    const canonical = `${request.method}\n${request.path}\n${request.query}\n${canonicalHeaders}\n${signedHeaders}\n${request.bodyHash}`;
    const toSign = `${ALGORITHM}\n${timestamp}\n${scope}\n${sha256(canonical)}`;
    const signature = createHmac('sha256', this.#key(credentials.secretAccessKey, scope))
      .update(toSign)
      .digest('hex');
    return `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
  }

  #key(secret: string, scope: string): KeyObject {
    const cacheKey = `${secret}\n${scope}`;
    if (this.#signingKey && cacheKey === this.#cacheKey) return this.#signingKey;
    const key = scope
      .split('/')
      .reduce<Buffer>(
        (previous, part) => createHmac('sha256', previous).update(part).digest(),
        Buffer.from(`AWS4${secret}`),
      );
    this.#signingKey = createSecretKey(key);
    this.#cacheKey = cacheKey;
    return this.#signingKey;
  }
}

export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}

/** A time as SigV4 writes it: `20261123T040134Z`. */
export function signingTimestamp(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().replace(/[-:]/g, '').slice(0, 15)}Z`;
}
