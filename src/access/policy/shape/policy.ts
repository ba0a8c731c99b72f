import { z } from 'zod';
import { listOf, namedBy, unless } from './fields.ts';
import { ISSUER, REVOKED } from './issuer.ts';
import { PRINCIPAL } from './principal.ts';
import { count, ROLE } from './role.ts';

const effect = z.enum(
  ['read', 'write', 'destructive'],
  unless('must be read, write or destructive'),
);

const audit = z.strictObject({
  keys: z
    .enum(['plain', 'hash', 'none'], unless('must be plain, hash or none'))
    .optional()
    .describe('How the keys of items are written down; `hash` if absent.'),
  required: z.boolean().optional().describe('Refuse writes that cannot be written down.'),
});

/** The policy file: who may do what to which items. */
export const POLICY = z.strictObject({
  version: z.literal(1, unless('must be 1')),
  mode: z
    .enum(['enforce', 'observe'], unless('must be enforce or observe'))
    .optional()
    .describe('`observe` allows what rules of items and attributes would refuse, and logs it.'),
  public_url: z.string().optional().describe('Where clients reach the service.'),
  issuers: namedBy(ISSUER).optional(),
  scopes: namedBy(listOf(effect))
    .optional()
    .describe("Scope → effects that it unlocks; absent: tokens' scopes do not matter."),
  principals: z.array(PRINCIPAL).min(1, 'must not be empty').describe('The first match counts.'),
  revoked: z.array(REVOKED).optional(),
  roles: namedBy(ROLE),
  limits: z
    .strictObject({ replicas: count.optional() })
    .optional()
    .describe('`replicas`: how many processes share the limits of each principal.'),
  audit: audit.optional(),
});

export type PolicyText = z.output<typeof POLICY>;
