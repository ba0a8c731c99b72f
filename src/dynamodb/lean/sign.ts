import { createHmac, hash } from 'node:crypto';
import { HmacSha256 } from './hmac.ts';

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

/** What is signed besides the body. */
export interface SignedRequest {
  method: string;
  path: string;
  query: string;
  /** Names in lower case and in alphabetical order, each before its value. */
  headers: readonly string[];
  /** SHA-256 of the body in hexadecimal. */
  bodyHash: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** Makes Authorization headers by AWS Signature Version 4; the day's key is derived once. */
export class Signer {
  #cacheKey = '';
  #signingKey: HmacSha256 | undefined;

  authorization(
    request: SignedRequest,
    { region, service, timestamp }: SigningScope,
    credentials: SigningCredentials,
  ): string {
    const date = timestamp.slice(0, 8);
    const scope = `${date}/${region}/${service}/aws4_request`;
    let canonicalHeaders = '';
    let signedHeaders = '';
    for (let at = 0; at < request.headers.length; at += 2) {
      const name = request.headers[at];
      canonicalHeaders += `${name}:${request.headers[at + 1]}\n`;
      signedHeaders += at > 0 ? `;${name}` : name;
    }
    const canonical = `${request.method}\n${request.path}\n${request.query}\n${canonicalHeaders}\n${signedHeaders}\n${request.bodyHash}`;
    const toSign = `${ALGORITHM}\n${timestamp}\n${scope}\n${sha256(canonical)}`;
    const signature = this.#key(credentials.secretAccessKey, scope).hex(toSign);
    return `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
  }

  #key(secret: string, scope: string): HmacSha256 {
    const cacheKey = `${secret}\n${scope}`;
    if (this.#signingKey && cacheKey === this.#cacheKey) return this.#signingKey;
    const key = scope
      .split('/')
      .reduce<Buffer>(
        (previous, part) => createHmac('sha256', previous).update(part).digest(),
        Buffer.from(`AWS4${secret}`),
      );
    this.#signingKey = new HmacSha256(key);
    this.#cacheKey = cacheKey;
    return this.#signingKey;
  }
}

export function sha256(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex');
}

/** A time as SigV4 writes it: `20261123T040134Z`. */
export function signingTimestamp(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().replace(/[-:]/g, '').slice(0, 15)}Z`;
}

/** The path of a URL as Signature Version 4 has it: each part of it is encoded once more. */
export function canonicalPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '');
  const encode = (part: string) =>
    encodeURIComponent(part).replace(
      /[!'()*]/g,
      (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  if (parts.length === 0) return '/';
  return `/${parts.map(encode).join('/')}${path.endsWith('/') ? '/' : ''}`;
}
