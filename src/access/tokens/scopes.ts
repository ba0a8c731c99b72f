import { ServiceError } from '../../errors.ts';

/** What a tool does to stored data, as the registry of tools says. */
export type Effect = 'read' | 'write' | 'destructive';

/** Scope → the effects that it unlocks; undefined where scopes do not matter. */
export type ScopeTable = ReadonlyMap<string, readonly Effect[]> | undefined;

const EFFECTS: readonly Effect[] = ['read', 'write', 'destructive'];

/** The effects that the scopes of a token unlock. */
export function effectsOf(granted: readonly string[], table: ScopeTable): ReadonlySet<Effect> {
  return new Set(table ? granted.flatMap((scope) => table.get(scope) ?? []) : EFFECTS);
}

/** The scopes that would unlock an effect, those that unlock least first. */
export function scopesFor(effect: Effect, table: ScopeTable): string[] {
  return [...(table ?? [])]
    .filter(([, effects]) => effects.includes(effect))
    .toSorted(([, one], [, other]) => one.length - other.length)
    .map(([scope]) => scope);
}

/**
 * The scopes that an operation of these effects needs, all of them and no more, where a token lacks
 * one that there is; undefined where it lacks none, or where no scope would help.
 */
export function missingScopes(
  effects: Iterable<Effect>,
  granted: readonly string[],
  table: ScopeTable,
): string[] | undefined {
  const needed = [...new Set(effects)];
  const unlocked = effectsOf(granted, table);
  if (needed.every((effect) => unlocked.has(effect))) return undefined;
  const narrowest = needed.flatMap((effect) => scopesFor(effect, table).slice(0, 1));
  if (narrowest.length < needed.length) return undefined;
  const width = (scope: string) => table?.get(scope)?.length ?? 0;
  const chosen: string[] = [];
  // The widest first: it may unlock what others would be asked for.
  for (const scope of narrowest.toSorted((one, other) => width(other) - width(one))) {
    const enough = effectsOf(chosen, table);
    const adds = table
      ?.get(scope)
      ?.some((effect) => needed.includes(effect) && !enough.has(effect));
    if (adds) chosen.push(scope);
  }
  return chosen;
}

/** To throw where more scopes would let the operation through: 403 with a challenge for all of these. */
export function insufficientScope(scopes: readonly string[]): ServiceError {
  return new ServiceError('Forbidden', `The access token needs the scopes ${scopes.join(' ')}.`, {
    challenge: { error: 'insufficient_scope', scopes },
  });
}
