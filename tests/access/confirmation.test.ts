import { expect, test } from 'vitest';
import { type ConfirmedCall, confirmationRule } from '../../src/access/confirmation.ts';
import { createSecrets } from '../../src/access/secrets.ts';
import { keyPolicy, policyOf } from '../support/policies.ts';

const SECRETS = createSecrets('a secret of thirty-two bytes or more');
const OTHER_SECRETS = createSecrets('another secret of thirty-two bytes or more');
const SUBJECT = { input: { key: { PK: 'a', SK: 'b' } }, items: ['{"PK":"a"}'] };
const FIVE_MINUTES = 300_000;

let now = 0;

/** The rule of a key's role in a policy with a comment, for a tool. */
function ruleOf({ tool = 'delete_item', comment = '', principal = 'key:me', secrets = SECRETS }) {
  const policy = keyPolicy([{ items: '*', tools: '*' }]);
  const role = { ...policy.roles.r, confirm: { tools: '*', by: 'human' } };
  const text = `${JSON.stringify({ ...policy, roles: { r: role } })}\n${comment}`;
  const compiled = policyOf(text);
  const bound = compiled.roleOf({ kind: 'key', name: 'me' });
  if (!bound) return expect.unreachable();
  const call: ConfirmedCall = { role: { ...bound, principal }, tool, policy: compiled };
  const rule = confirmationRule(call, secrets, () => now);
  return rule ?? expect.unreachable();
}

test('a confirmation holds for five minutes', () => {
  now = 1_000_000;
  const text = ruleOf({}).seal(SUBJECT, 'human');

  const times = [0, FIVE_MINUTES - 1, FIVE_MINUTES, FIVE_MINUTES * 2];

  expect(
    times.map((time) => {
      now = 1_000_000 + time;
      return ruleOf({}).holds(text, SUBJECT, 'human');
    }),
  ).toEqual([true, true, false, false]);
});

test('a confirmation holds for exactly what it was made for', () => {
  now = 0;
  const text = ruleOf({}).seal(SUBJECT, 'human');

  expect(ruleOf({}).holds(text, SUBJECT, 'human')).toBe(true);
  expect(ruleOf({}).holds(text, SUBJECT, 'code')).toBe(false);
  expect(ruleOf({ tool: 'put_item' }).holds(text, SUBJECT, 'human')).toBe(false);
  expect(ruleOf({ comment: '# edited' }).holds(text, SUBJECT, 'human')).toBe(false);
  expect(ruleOf({ principal: 'key:you' }).holds(text, SUBJECT, 'human')).toBe(false);
  expect(ruleOf({ secrets: OTHER_SECRETS }).holds(text, SUBJECT, 'human')).toBe(false);
  for (const other of [
    { ...SUBJECT, input: { key: { PK: 'a', SK: 'c' } } },
    { ...SUBJECT, items: ['{"PK":"b"}'] },
    { ...SUBJECT, items: [] },
  ]) {
    expect(ruleOf({}).holds(text, other, 'human')).toBe(false);
  }
});

test('a confirmation holds whatever the order of members and the form of numbers', () => {
  now = 0;
  const sent = { input: { a: { x: 1, y: JSON.rawJSON('1.0') }, b: 2 }, items: [] };
  const again = { input: { b: JSON.rawJSON('2e0'), a: { y: 1, x: 1 } }, items: [] };

  expect(ruleOf({}).holds(ruleOf({}).seal(sent, 'code'), again, 'code')).toBe(true);
});
