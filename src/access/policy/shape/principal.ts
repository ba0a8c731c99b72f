import { z } from 'zod';
import { namedBy, scalar, unless } from './fields.ts';
import { claims } from './matchers.ts';

const variable = z.union(
  [z.string(), z.strictObject({ value: scalar.describe('The same for everybody of this entry.') })],
  unless('must be a claim, as in claims.tenant, or {value: …}'),
);

/** Whom a role is for; the first entry that fits somebody counts. */
export const PRINCIPAL = z.strictObject({
  issuer: z.string().optional().describe('Bearers of tokens of this issuer.'),
  claims: claims.optional().describe('Claim, or JSON pointer → what it must be, all of them.'),
  api_key: z.string().optional().describe('The holder of the key of this name in API_KEYS.'),
  transport: z
    .literal('stdio', unless('must be stdio'))
    .optional()
    .describe('Whoever calls over stdio.'),
  role: z.string().describe('The role.'),
  vars: namedBy(variable)
    .optional()
    .describe('Variable → claim, as in claims.tenant or claims./realm_access/tenant.'),
});

export type PrincipalText = z.output<typeof PRINCIPAL>;
