import { type DynamoDBClientResolvedConfig, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';
import type { AwsCredentialIdentity } from '@smithy/types';
import { HttpPool, type PoolSettings } from './http-pool.ts';
import { canonicalPath, signingTimestamp } from './sign.ts';

/** What the SDK says of itself: in full, and for the signed header. */
export interface UserAgent {
  readonly full: string;
  readonly short: string;
}

/** What a request is sent with: the same for all of them until the credentials change. */
export interface Target {
  readonly credentials: AwsCredentialIdentity;
  readonly region: string;
  readonly host: string;
  /** The path of all requests, as it is signed. */
  readonly canonicalPath: string;
  readonly pool: HttpPool;
  readonly userAgent: UserAgent;
}

/** Nearer to their end than this, the SDK is asked for credentials, which it refreshes then. */
const REFRESH_BEFORE_MS = 360_000;

/** Past this difference a signature is refused, and the clock is corrected. */
const MAX_SKEW_MS = 300_000;

const PRINTABLE = /^[\x20-\x7e]*$/;

/** What the SDK resolves and keeps fresh: credentials, region, endpoint, user agent; the pools; the clock. */
export class Connection {
  readonly #config: DynamoDBClientResolvedConfig;
  readonly #settings: PoolSettings;
  readonly #pools = new Map<string, HttpPool>();
  #target: Target | undefined;
  #clockOffset = 0;
  #date: string | undefined;
  #second = 0;
  #timestamp = '';

  constructor(config: DynamoDBClientResolvedConfig, settings: PoolSettings) {
    this.#config = config;
    this.#settings = settings;
  }

  /** Where to send the next request, and as whom; undefined when that has to be resolved. */
  target(): Target | undefined {
    const expiration = this.#target?.credentials.expiration;
    if (!expiration || expiration.getTime() - Date.now() > REFRESH_BEFORE_MS) return this.#target;
    return undefined;
  }

  /** Asks the SDK where it would send the next request, and as whom, and remembers it. */
  async resolve(): Promise<Target> {
    const credentials = await this.#config.credentials();
    const region = await this.#config.region();
    const endpoint = await this.#endpoint();
    const { host } = endpoint;
    const userAgent =
      this.#target?.userAgent ?? describeUserAgent(await this.#config.defaultUserAgentProvider());
    const { accessKeyId, sessionToken = '' } = credentials;
    refuseControls(accessKeyId, sessionToken, region, host, userAgent.full);
    this.#target = {
      credentials,
      region,
      host,
      canonicalPath: canonicalPath(endpoint.pathname),
      pool: this.#pool(endpoint),
      userAgent,
    };
    return this.#target;
  }

  /** Forgets whose credentials these were, so that the next request asks for new ones. */
  forget(): void {
    this.#target = undefined;
  }

  /** Where the SDK would send a request: it can depend on the account. */
  async #endpoint(): Promise<URL> {
    const { url } = await getEndpointFromInstructions(
      { TableName: undefined },
      GetItemCommand,
      this.#config as never,
    );
    const endpoint = new URL(url);
    // As the SDK appends the path of an operation, which is / for all of DynamoDB's.
    endpoint.pathname = endpoint.pathname.replace(/\/?$/, '/');
    return endpoint;
  }

  #pool(endpoint: URL): HttpPool {
    const known = this.#pools.get(endpoint.href);
    if (known) return known;
    const pool = new HttpPool(endpoint, this.#settings);
    this.#pools.set(endpoint.href, pool);
    return pool;
  }

  /** The time to sign with, by DynamoDB's clock. */
  timestamp(): string {
    const now = this.#now();
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#timestamp = signingTimestamp(now);
    }
    return this.#timestamp;
  }

  /** Learns DynamoDB's clock from an answer; true when ours was too far off to sign with. */
  correctClock(date: string | undefined): boolean {
    if (date === this.#date) return false;
    this.#date = date;
    const theirs = Date.parse(date ?? '');
    if (Number.isNaN(theirs) || Math.abs(theirs - this.#now()) < MAX_SKEW_MS) return false;
    this.#clockOffset = theirs - Date.now();
    this.#date = undefined;
    return true;
  }

  #now(): number {
    return Date.now() + this.#clockOffset;
  }

  close(): void {
    for (const pool of this.#pools.values()) pool.close();
  }
}

/** What stands in headers must not begin others. */
function refuseControls(...texts: string[]): void {
  if (texts.some((text) => !PRINTABLE.test(text))) {
    throw new Error('The credentials, region, endpoint or user agent do not fit into a header.');
  }
}

/** `aws-sdk-js/3.1 ua/2.1 os/linux#6.1 …`, as the SDK writes its pairs of names and versions. */
function describeUserAgent(parts: [string, string?][]): UserAgent {
  const words = parts.map(([name, version]) => {
    if (version === undefined) return name;
    const [prefix, ...rest] = name.split('/');
    return rest.length === 0 ? `${prefix}/${version}` : `${name.toLowerCase()}#${version}`;
  });
  const [sdk = ''] = words;
  return { full: words.join(' '), short: sdk };
}
