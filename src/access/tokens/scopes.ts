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
  const narrowest = needed.map((effect) => scopesFor(effect, table)[0]);
  const scopes = [...new Set(narrowest.filter((scope) => scope !== undefined))];
  if (narrowest.includes(undefined)) return undefined;
  // One scope may unlock what another was asked for too.
  return scopes.filter(
    (scope) =>
      !scopes.some(
        (other) => other !== scope && includesAll(table?.get(other), table?.get(scope), needed),
      ),
  );
}

function includesAll(
  wide: readonly Effect[] | undefined,
  narrow: readonly Effect[] | undefined,
  needed: readonly Effect[],
): boolean {
  const count = (effects: readonly Effect[] = []) =>
    needed.filter((effect) => effects.includes(effect)).length;
  const covers = narrow?.every((effect) => !needed.includes(effect) || wide?.includes(effect));
  return covers === true && count(wide) > count(narrow);
}

/** To throw where more scopes would let the operation through: 403 with a challenge for all of these. */
export function insufficientScope(scopes: readonly string[]): ServiceError {
  return new ServiceError('Forbidden', `The access token needs the scopes ${scopes.join(' ')}.`, {
    challenge: { error: 'insufficient_scope', scopes },
  });
}
