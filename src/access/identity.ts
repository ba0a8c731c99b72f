import type { JsonObject } from '../json/parse.ts';

/** Who calls, as authentication found it out: a policy makes a role of it. */
export type Identity =
  | { readonly kind: 'key'; readonly name: string }
  | { readonly kind: 'stdio' }
  | TokenIdentity;

/** The bearer of a verified access token. */
export interface TokenIdentity {
  readonly kind: 'token';
  /** The issuer's name in the policy. */
  readonly issuer: string;
  /** One of the two is there at least. */
  readonly subject: string | undefined;
  readonly clientId: string | undefined;
  readonly scopes: readonly string[];
  readonly claims: JsonObject;
}

/** The name by which limits, audit and `${principal}` know somebody. */
export function principalName(identity: Identity): string {
  switch (identity.kind) {
    case 'key':
      return `key:${identity.name}`;
    case 'stdio':
      return 'stdio';
    case 'token':
      return identity.subject === undefined
        ? `${identity.issuer}:client:${identity.clientId}`
        : `${identity.issuer}:${identity.subject}`;
  }
}
