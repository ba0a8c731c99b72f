import type { Path } from '../problems.ts';
import type { IssuerText, RevokedText } from '../shape/issuer.ts';
import { addressProblem } from './addresses.ts';
import type { Check } from './known.ts';

const NAME = /^[A-Za-z][\w.-]{0,63}$/;
/** What the names of other principals begin with. */
const TAKEN = new Set(['key', 'stdio']);

/** Whether issuers can be asked for keys, and told apart. */
export function checkIssuers(issuers: ReadonlyMap<string, IssuerText>, check: Check): void {
  const seen = new Set<string>();
  for (const [name, issuer] of issuers) {
    const path: Path = ['issuers', name];
    if (!NAME.test(name) || TAKEN.has(name)) {
      check.problem(
        path,
        'the name of an issuer is a letter, then letters, digits, "_", "." and "-"; not "key" or "stdio"',
      );
    }
    if (seen.has(issuer.issuer)) check.problem([...path, 'issuer'], 'is that of another entry');
    seen.add(issuer.issuer);
    checkAddresses(issuer, path, check);
  }
}

function checkAddresses({ issuer, jwks_uri, jwks_file }: IssuerText, path: Path, check: Check) {
  const wrong = addressProblem(issuer);
  if (wrong) check.problem([...path, 'issuer'], wrong);
  if ((jwks_uri === undefined) === (jwks_file === undefined)) {
    check.problem(path, 'must have exactly one of jwks_uri and jwks_file');
  }
  const unreachable = jwks_uri === undefined ? undefined : addressProblem(jwks_uri);
  if (unreachable) check.problem([...path, 'jwks_uri'], unreachable);
}

/** Whether what is revoked can be told. */
export function checkRevoked(
  revoked: ReadonlyMap<number, RevokedText>,
  issuerNames: ReadonlySet<string>,
  check: Check,
): void {
  for (const [index, { issuer, ...by }] of revoked) {
    const path: Path = ['revoked', index];
    if (!issuerNames.has(issuer)) check.problem([...path, 'issuer'], 'there is no such issuer');
    if (Object.keys(by).length === 0) {
      check.problem(path, 'must name sub, jti, client_id or issued_before');
    }
  }
}
