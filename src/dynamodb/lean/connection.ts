import type { DynamoDBClientResolvedConfig } from '@aws-sdk/client-dynamodb';
import type { AwsCredentialIdentity } from '@smithy/types';
import { HttpPool, type PoolSettings } from './http-pool.ts';

/** What the SDK says of itself: in full, and for the signed header. */
export interface UserAgent {
  userAgent: string;
  shortUserAgent: string;
}

/** Past this difference a signature is refused, and the clock is corrected. */
const MAX_SKEW_MS = 300_000;

/** What the SDK resolves and keeps fresh: credentials, region, endpoint, user agent; and the pools. */
export class Connection {
  readonly #config: DynamoDBClientResolvedConfig;
  readonly #settings: PoolSettings;
  readonly #pools = new Map<string, HttpPool>();
  #userAgent: Promise<UserAgent> | undefined;
  #clockOffset = 0;

  constructor(config: DynamoDBClientResolvedConfig, settings: PoolSettings) {
    this.#config = config;
    this.#settings = settings;
  }

  /** The SDK's own provider: it remembers, and refreshes before they expire. */
  credentials(): Promise<AwsCredentialIdentity> {
    return this.#config.credentials();
  }

  region(): Promise<string> {
    return this.#config.region();
  }

  /** The origin that the SDK would call, which can depend on the account. */
  async origin(credentials: AwsCredentialIdentity): Promise<string> {
    if (this.#config.endpoint) {
      const { protocol, hostname, port } = await this.#config.endpoint();
      return `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`;
    }
    const { accountId } = credentials;
    const { url } = this.#config.endpointProvider({
      Region: await this.region(),
      UseDualStack: await this.#config.useDualstackEndpoint(),
      UseFIPS: await this.#config.useFipsEndpoint(),
      AccountIdEndpointMode: await this.#config.accountIdEndpointMode(),
      ...(accountId !== undefined && { AccountId: accountId }),
    });
    return url.origin;
  }

  pool(origin: string): HttpPool {
    const known = this.#pools.get(origin);
    if (known) return known;
    const pool = new HttpPool(origin, this.#settings);
    this.#pools.set(origin, pool);
    return pool;
  }

  userAgent(): Promise<UserAgent> {
    this.#userAgent ??= this.#config.defaultUserAgentProvider().then(describeUserAgent);
    return this.#userAgent;
  }

  /** The time to sign with, by DynamoDB's clock. */
  now(): number {
    return Date.now() + this.#clockOffset;
  }

  /** Learns DynamoDB's clock from an answer; true when ours was too far off to sign with. */
  correctClock(date: string | undefined): boolean {
    const theirs = Date.parse(date ?? '');
    if (Number.isNaN(theirs) || Math.abs(theirs - this.now()) < MAX_SKEW_MS) return false;
    this.#clockOffset = theirs - Date.now();
    return true;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()));
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
  return { userAgent: words.join(' '), shortUserAgent: sdk };
}
