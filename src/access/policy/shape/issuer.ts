import { z } from 'zod';
import { listOf, unless } from './fields.ts';

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;

const algorithm = z.enum(ALGORITHMS, {
  error: ({ input }) =>
    typeof input === 'string' && /^HS/i.test(input)
      ? 'HS algorithms are never taken: whoever can check such a token can make one'
      : `must be one of ${ALGORITHMS.join(', ')}`,
});

/** Whose tokens are taken, and how they are checked. */
export const ISSUER = z.strictObject({
  issuer: z.string().describe('As in the claim `iss`, letter for letter.'),
  audience: listOf(z.string().min(1, 'must not be empty')).describe('Any of these must be named.'),
  audience_claim: z
    .enum(['aud', 'client_id'], unless('must be aud or client_id'))
    .optional()
    .describe(
      'Where the audience stands; `client_id` for issuers whose access tokens have no aud.',
    ),
  algorithms: listOf(algorithm),
  jwks_uri: z.string().optional().describe('Where the keys are.'),
  jwks_file: z.string().min(1).optional().describe('The keys, for networks without a way out.'),
  scope_claim: z.string().min(1).optional().describe('Where the scopes stand; `scope` if absent.'),
});

/** Tokens that count no longer. */
export const REVOKED = z.strictObject({
  issuer: z.string(),
  sub: z.string().min(1).optional(),
  jti: z.string().min(1).optional(),
  client_id: z.string().min(1).optional(),
  issued_before: z.iso
    .datetime({ offset: true, ...unless('must be a time such as 2026-11-01T00:00:00Z') })
    .optional()
    .describe('Only tokens issued before; those that do not say when count as before.'),
});

export type IssuerText = z.output<typeof ISSUER>;
export type RevokedText = z.output<typeof REVOKED>;
