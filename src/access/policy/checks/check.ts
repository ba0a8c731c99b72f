import { listOf, memberOf, objectOf, validElements, validMembers } from '../parts.ts';
import type { Path } from '../problems.ts';
import { GRANT, type GrantText } from '../shape/grant.ts';
import { ISSUER, REVOKED } from '../shape/issuer.ts';
import { PRINCIPAL } from '../shape/principal.ts';
import { originProblem } from './addresses.ts';
import { checkGrant, checkTools } from './grant.ts';
import { checkIssuers, checkRevoked } from './issuers.ts';
import type { Check } from './known.ts';
import { checkTogether, type PlacedGrant } from './pairs.ts';
import { checkPrincipal } from './principals.ts';
import { checkVariablesOf, variablesOfRole } from './roles.ts';

/**
 * Checks what the schema cannot say. Takes what was read as it is, and looks at every part that the
 * schema takes, so that all problems are told at once.
 */
export function checkMeaning(policy: unknown, check: Check): void {
  const issuers = objectOf(memberOf(policy, 'issuers'));
  const names = {
    roles: new Set(Object.keys(objectOf(memberOf(policy, 'roles')))),
    issuers: new Set(Object.keys(issuers)),
  };
  const principals = validElements(memberOf(policy, 'principals'), PRINCIPAL);
  checkIssuers(validMembers(issuers, ISSUER), check);
  checkRevoked(validElements(memberOf(policy, 'revoked'), REVOKED), names.issuers, check);
  for (const [index, entry] of principals) {
    checkPrincipal(entry, ['principals', index], names, check);
  }
  checkUrl(policy, names.issuers.size > 0, check);
  for (const name of names.roles) checkRole(name, policy, check);
  if (memberOf(policy, 'mode') === 'observe') {
    check.warning(['mode'], 'nothing is refused by the rules of items and attributes, only logged');
  }
}

function checkUrl(policy: unknown, hasIssuers: boolean, { problem }: Check): void {
  const url = memberOf(policy, 'public_url');
  if (typeof url === 'string') {
    const wrong = originProblem(url);
    if (wrong) problem(['public_url'], wrong);
  } else if (url === undefined && hasIssuers) {
    problem(['public_url'], 'is required where there are issuers');
  }
  if (memberOf(policy, 'scopes') !== undefined && !hasIssuers) {
    problem(['scopes'], 'only tokens have scopes: there is no issuer');
  }
}

function checkRole(name: string, policy: unknown, check: Check): void {
  const path: Path = ['roles', name];
  const role = memberOf(memberOf(policy, 'roles'), name);
  const principals = listOf(memberOf(policy, 'principals'));
  const defined = variablesOfRole(name, principals);
  const grants = [...validElements(memberOf(role, 'grants'), GRANT)].map(([index, given]) => {
    const grant = { ...given, table: given.table ?? check.known.defaultTable };
    return checkAlone(grant, [...path, 'grants', index], defined, check);
  });
  checkTogether(grants, check);
  const tools = memberOf(memberOf(role, 'confirm'), 'tools');
  if (Array.isArray(tools)) {
    const place: Path = [...path, 'confirm', 'tools'];
    checkTools(tools.map(String), place, check);
    checkWriting(tools.map(String), place, check);
  }
  if (!principals.some((entry) => memberOf(entry, 'role') === name)) {
    check.warning(path, 'nobody has this role');
  }
}

/** Nothing is done by a read that somebody could confirm. */
function checkWriting(tools: readonly string[], path: Path, { known, problem }: Check): void {
  const reads = new Set(
    known.tools.filter(({ effect }) => effect === 'read').map((tool) => tool.name),
  );
  for (const [index, tool] of tools.entries()) {
    if (reads.has(tool)) problem([...path, index], 'only reads: there is nothing to confirm');
  }
}

function checkAlone(
  grant: GrantText,
  path: Path,
  defined: ReadonlySet<string>,
  check: Check,
): PlacedGrant {
  let isSound = true;
  const problem: Check['problem'] = (place, message) => {
    isSound = false;
    check.problem(place, message);
  };
  checkGrant(grant, path, { ...check, problem });
  checkVariablesOf(grant, defined, path, { ...check, problem });
  return { grant, path, isSound };
}
