import { z } from 'zod';
import { ERRORS, type ErrorCode, StartError } from '../../errors.ts';
import { isJsonObject, type JsonObject } from '../../json/parse.ts';
import type { Identity } from '../identity.ts';
import type { CompiledPolicy } from './compiled.ts';
import { readDocument } from './document.ts';
import { describeIssue, reportIssues } from './issues.ts';
import { type Problem, problemLines } from './problems.ts';
import { listOf, unless } from './shape/fields.ts';

const object = z.custom<JsonObject>(isJsonObject, unless('must be an object'));

/** Whom a case is about. */
const as = z.union(
  [
    z.string().regex(/^(stdio|key:[\w.@-]+)$/, 'must be stdio or key:NAME'),
    z.strictObject({
      issuer: z.string().describe("The issuer's name in the policy."),
      claims: object.describe('What the token holds.'),
    }),
  ],
  unless('must be stdio, key:NAME, or {issuer: …, claims: {…}}'),
);

/** What a policy is expected to decide about one call. */
const policyCase = z.strictObject({
  as,
  tool: z.string().min(1),
  input: object,
  expect: z.enum(['allow', 'deny'], unless('must be allow or deny')),
  code: z
    .enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]], unless('must be an error code'))
    .optional()
    .describe('The code of the refusal.'),
  request: object.optional().describe('What of the request to DynamoDB is expected.'),
});

const CASES = listOf(policyCase);

export type PolicyCase = z.output<typeof policyCase>;

/** The cases in a YAML or JSON file; throws StartError with all that is wrong with it. */
export function readCases(text: string): PolicyCase[] {
  const document = readDocument(text);
  const parsed = CASES.safeParse(document.value, { error: describeIssue });
  const found: Problem[] = [...document.problems];
  if (document.readable) {
    reportIssues(parsed.error?.issues ?? [], (path, message) =>
      found.push(document.problemAt(path, message)),
    );
  }
  if (parsed.success && found.length === 0) return parsed.data;
  const lines = problemLines(found).map((line) => `  ${line}`);
  throw new StartError(['The cases are not valid:', ...lines].join('\n'));
}

/** Who is meant; throws StartError. */
export function readAs(given: unknown): PolicyCase['as'] {
  const parsed = as.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new StartError('Who calls must be stdio, key:NAME, or {"issuer": …, "claims": {…}}.');
}

/** Who a case is about, as authentication would have found it out. */
export function identityOf(as: PolicyCase['as'], policy: CompiledPolicy): Identity {
  if (as === 'stdio') return { kind: 'stdio' };
  if (typeof as === 'string') return { kind: 'key', name: as.slice('key:'.length) };
  const { issuer, claims } = as;
  const scopes = textOf(claims, policy.issuers.get(issuer)?.scopeClaim ?? 'scope') ?? '';
  return {
    kind: 'token',
    issuer,
    subject: textOf(claims, 'sub'),
    clientId: textOf(claims, 'client_id'),
    scopes: scopes.split(' ').filter(Boolean),
    claims,
  };
}

function textOf(claims: JsonObject, name: string): string | undefined {
  const claim = Object.hasOwn(claims, name) ? claims[name] : undefined;
  return typeof claim === 'string' ? claim : undefined;
}
