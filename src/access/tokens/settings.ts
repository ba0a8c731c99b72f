import { StartError } from '../../errors.ts';

/** The signatures that access tokens may have: asymmetric ones only. */
export const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** An authorization server whose access tokens are taken. */
export interface IssuerSettings {
  /** What the policy calls it; principals are named by it. */
  readonly name: string;
  /** Its issuer identifier, exactly as `iss` has it. */
  readonly issuer: string;
  /** What `audienceClaim` may be; where it is empty, the public URL and its `/mcp`. */
  readonly audience: readonly string[];
  /** `client_id` for issuers whose access tokens have no `aud`. */
  readonly audienceClaim: 'aud' | 'client_id';
  readonly algorithms: readonly Algorithm[];
  /** Where its keys are: at a URL (https, or http on this machine), or in a file. */
  readonly keys: { readonly uri: string } | { readonly file: string };
  /** The claim that lists scopes, as a text with spaces or as a list. */
  readonly scopeClaim: string;
  /** Set where all of its access tokens say so: nothing else is taken then. */
  readonly typ?: 'at+jwt' | undefined;
}

/** Tokens that are refused although they have not expired: those to which all that is given applies. */
export interface RevokedEntry {
  /** The issuer's name. */
  readonly issuer: string;
  readonly sub?: string | undefined;
  readonly jti?: string | undefined;
  readonly clientId?: string | undefined;
  /** Only tokens issued before; one that does not say when counts as issued before. */
  readonly issuedBefore?: Date | undefined;
}

/** What can change while the service runs. */
export interface TokenSettings {
  readonly issuers: readonly IssuerSettings[];
  readonly revoked: readonly RevokedEntry[];
  /** Where clients reach the service, without `/mcp`. */
  readonly publicUrl: string;
}

const NAME = /^[\w-]+$/;
/** What the names of other principals begin with. */
const RESERVED = new Set(['key', 'stdio']);
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Throws StartError with all that is wrong. */
export function checkTokenSettings({ issuers, revoked, publicUrl }: TokenSettings): void {
  const names = issuers.map(({ name }) => name);
  const identifiers = issuers.map(({ issuer }) => issuer);
  const problems = [
    ...issuers.flatMap(problemsOf),
    ...repeated(names).map((name) => `two issuers are called ${name}`),
    ...repeated(identifiers).map((issuer) => `two issuers are ${issuer}`),
    ...revoked
      .filter(({ issuer }) => !names.includes(issuer))
      .map(({ issuer }) => `revoked names the issuer ${issuer}, which there is not`),
    ...(issuers.length === 0 || URL.canParse(publicUrl) ? [] : ['the public URL must be a URL']),
  ];
  if (problems.length > 0) throw new StartError(`Access tokens: ${problems.join('; ')}.`);
}

function problemsOf({ name, algorithms, keys }: IssuerSettings): string[] {
  return [
    ...(NAME.test(name) && !RESERVED.has(name)
      ? []
      : [`an issuer's name is made of letters, digits, _ and -, and is not key or stdio: ${name}`]),
    ...(algorithms.length > 0 && algorithms.every((algorithm) => ALGORITHMS.includes(algorithm))
      ? []
      : [`the algorithms of ${name} must be of ${ALGORITHMS.join(', ')}`]),
    ...('uri' in keys && !isSafe(keys.uri)
      ? [`the keys of ${name} must be at an https URL, or at http on this machine`]
      : []),
  ];
}

function isSafe(text: string): boolean {
  const url = URL.parse(text);
  if (url?.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
}

function repeated(texts: readonly string[]): string[] {
  return [...new Set(texts.filter((text, at) => texts.indexOf(text) !== at))];
}

/** The audiences that mean this service to an issuer, with and without a trailing slash. */
export function audiencesOf({ audience, audienceClaim }: IssuerSettings, publicUrl: string) {
  const ours = audienceClaim === 'aud' && audience.length > 0 ? audience : resourcesOf(publicUrl);
  return new Set(ours.flatMap((text) => (URL.canParse(text) ? withAndWithoutSlash(text) : [text])));
}

/** The public URL and its `/mcp`, as resource identifiers. */
function resourcesOf(publicUrl: string): [string, string] {
  const base = publicUrl.replace(/\/+$/, '');
  return [base, `${base}/mcp`];
}

function withAndWithoutSlash(text: string): [string, string] {
  const bare = text.replace(/\/$/, '');
  return [bare, `${bare}/`];
}
