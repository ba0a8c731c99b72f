import { describe, expect, test } from 'vitest';
import {
  type Effect,
  effectsOf,
  insufficientScope,
  missingScopes,
  type ScopeTable,
  scopesFor,
} from '../../../src/access/tokens/scopes.ts';

const TABLE: ScopeTable = new Map<string, Effect[]>([
  ['all', ['read', 'write', 'destructive']],
  ['read', ['read']],
  ['write', ['write']],
]);

describe('effects', () => {
  test.each<[string[], Effect[]]>([
    [[], []],
    [['other'], []],
    [['read'], ['read']],
    [
      ['read', 'write'],
      ['read', 'write'],
    ],
    [['all'], ['read', 'write', 'destructive']],
    [['__proto__', 'constructor'], []],
  ])('%j unlocks %j', (granted, effects) => {
    expect([...effectsOf(granted, TABLE)]).toEqual(effects);
  });

  test('do not depend on scopes where the policy has none', () => {
    expect([...effectsOf([], undefined)]).toEqual(['read', 'write', 'destructive']);
    expect(missingScopes(['destructive'], [], undefined)).toBeUndefined();
  });
});

test('scopes for an effect begin with the narrowest', () => {
  expect(scopesFor('read', TABLE)).toEqual(['read', 'all']);
  expect(scopesFor('read', undefined)).toEqual([]);
});

describe('what a token lacks', () => {
  test.each<[Effect[], string[], string[] | undefined]>([
    [['read'], ['read'], undefined],
    [['read'], [], ['read']],
    [['write'], ['read'], ['write']],
    [['read', 'write'], ['read'], ['read', 'write']],
    [['read', 'destructive'], ['read'], ['all']],
    [['destructive', 'destructive'], [], ['all']],
    [[], [], undefined],
  ])('for %j with %j is %j', (effects, granted, missing) => {
    expect(missingScopes(effects, granted, TABLE)).toEqual(missing);
  });

  test('is nothing where no scope would help', () => {
    const readable: ScopeTable = new Map<string, Effect[]>([['read', ['read']]]);

    expect(missingScopes(['read', 'write'], [], readable)).toBeUndefined();
  });

  test('is asked for once, where two scopes unlock the same', () => {
    const twins: ScopeTable = new Map<string, Effect[]>([
      ['a', ['read', 'write']],
      ['b', ['read', 'write']],
    ]);

    expect(missingScopes(['read', 'write'], [], twins)).toEqual(['a']);
  });
});

test('the refusal names all scopes', () => {
  expect(insufficientScope(['a', 'b'])).toMatchObject({
    code: 'Forbidden',
    message: 'The access token needs the scopes a b.',
    challenge: { error: 'insufficient_scope', scopes: ['a', 'b'] },
  });
});
