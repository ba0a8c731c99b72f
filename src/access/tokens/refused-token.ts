import { ServiceError } from '../../errors.ts';

/** Why a token is refused, for the log: nothing of the token itself. */
export type Reason =
  | 'malformed'
  | 'unknown issuer'
  | 'algorithm'
  | 'unknown key'
  | 'signature'
  | 'kind'
  | 'audience'
  | 'expired'
  | 'not yet valid'
  | 'claims'
  | 'nobody'
  | 'revoked';

/** What is told of a token that its issuer signed; of others nothing. */
const SENTENCES: Partial<Record<Reason, string>> = {
  kind: 'This is not an access token for its bearer.',
  audience: 'The access token is not for this service.',
  expired: 'The access token has expired.',
  'not yet valid': 'The access token is not valid yet.',
  nobody: 'The access token does not say whose it is.',
  revoked: 'The access token was revoked.',
};

/** A token that is refused; becomes a 401. */
export class RefusedToken extends Error {
  override readonly name = 'RefusedToken';
  readonly reason: Reason;

  constructor(reason: Reason) {
    super(reason);
    this.reason = reason;
  }

  /** What the bearer is told. */
  toServiceError(): ServiceError {
    const sentence = SENTENCES[this.reason] ?? 'The access token is not valid.';
    return new ServiceError('Unauthenticated', sentence, { challenge: { error: 'invalid_token' } });
  }
}
