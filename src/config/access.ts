import { z } from 'zod';

/** Texts of settings, trimmed; those that are empty are absent. */
type Given = Readonly<Record<string, string | undefined>>;

const LEAST_BYTES = 32;

/** Keys for what callers get sealed are made from this. */
const accessSecret = z
  .string()
  .refine((secret) => Buffer.byteLength(secret) >= LEAST_BYTES, 'must be at least 32 bytes')
  .optional();

/** The settings of access control. */
export const accessSettings = {
  ACCESS_POLICY_FILE: z
    .string()
    .optional()
    .describe('Policy that says who may do what to which items, as YAML or JSON.'),
  ACCESS_POLICY: z
    .string()
    .optional()
    .describe('The text of the policy itself, for example from a secret.'),
  ACCESS_SECRET: accessSecret.describe(
    'Secret of at least 32 bytes, the same on all replicas; needed with a policy.',
  ),
  AUDIT_FILE: z
    .string()
    .optional()
    .describe('File to append audit lines to, in addition to the log; needs a policy.'),
};

/** What is wrong with the settings of access control together. */
export function accessProblems(given: Given): string[] {
  const { ACCESS_POLICY_FILE: file, ACCESS_POLICY: text, ACCESS_SECRET: secret } = given;
  return [
    ...(file && text ? ['ACCESS_POLICY_FILE and ACCESS_POLICY must not both be set'] : []),
    ...(hasPolicy(given) && !secret
      ? ['ACCESS_SECRET must be set where there is a policy, the same on all replicas']
      : []),
  ];
}

/** Whether a policy says who may do what: then nobody comes in without a role. */
export function hasPolicy({
  ACCESS_POLICY_FILE: file,
  ACCESS_POLICY: text,
}: {
  ACCESS_POLICY_FILE?: string | undefined;
  ACCESS_POLICY?: string | undefined;
}): boolean {
  return Boolean(file || text);
}
