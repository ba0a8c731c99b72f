import type { JsonObject } from '../../json/parse.ts';
import type { RevokedEntry } from './settings.ts';

/** Whether a token of an issuer, by its name, was revoked. */
export type IsRevoked = (
  issuer: string,
  claims: JsonObject,
  clientId: string | undefined,
) => boolean;

const SECOND_MS = 1_000;

/** Entries are found by the narrowest thing they name, so that many of them cost no more than few. */
export function createRevocation(entries: readonly RevokedEntry[]): IsRevoked {
  const found = Map.groupBy(entries, (entry) =>
    keyOf(entry.issuer, entry.jti, entry.sub, entry.clientId),
  );
  return (issuer, claims, clientId) => {
    if (found.size === 0) return false;
    const { jti, sub, iat } = claims;
    const keys = [
      keyOf(issuer, jti),
      keyOf(issuer, undefined, sub),
      keyOf(issuer, undefined, undefined, clientId),
      keyOf(issuer),
    ];
    return keys
      .flatMap((key) => found.get(key) ?? [])
      .some(
        (entry) =>
          (entry.jti === undefined || entry.jti === jti) &&
          (entry.sub === undefined || entry.sub === sub) &&
          (entry.clientId === undefined || entry.clientId === clientId) &&
          wasBefore(iat, entry.issuedBefore),
      );
  };
}

function keyOf(issuer: string, jti?: unknown, sub?: unknown, clientId?: unknown): string {
  const kind = [jti, sub, clientId].findIndex((given) => given !== undefined);
  return JSON.stringify([issuer, kind, jti ?? sub ?? clientId]);
}

function wasBefore(issuedAt: unknown, limit: Date | undefined): boolean {
  if (limit === undefined) return true;
  return typeof issuedAt !== 'number' || issuedAt * SECOND_MS < limit.getTime();
}
