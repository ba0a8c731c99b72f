import type { Put, Update, Write, Writing } from './calls.ts';
import {
  type GrantText,
  type Item,
  isOf,
  isSame,
  KEYS,
  matchersOf,
  mayBeOf,
  showPlainly,
  sightOf,
  viewOf,
} from './grants.ts';

/** What becomes of a write: its status, what is stored then, and the item that the caller gets. */
export interface Outcome {
  status: number;
  stored?: Item | undefined;
  item?: Item | null | undefined;
}

const TOOLS = {
  put: 'put_item',
  update: 'update_item',
  delete: 'delete_item',
  check: 'get_item',
} as const;

const READING = ['get_item', 'batch_get_item', 'transact_get_items', 'query', 'scan'];

const ruled = ({ write }: GrantText) => [
  ...new Set([...Object.keys(write?.values ?? {}), ...Object.keys(write?.transitions ?? {})]),
];

function mayName(grant: GrantText, name: string): boolean {
  const { only, set = {} } = grant.write ?? {};
  if (name in set) return false;
  return only ? only.includes(name) || name in matchersOf(grant) : sightOf(grant, name) === 3;
}

function mayHave({ write }: GrantText, name: string, value: unknown): boolean {
  const { values, transitions } = write ?? {};
  if (values?.[name]) return values[name].some((each) => isSame(each, value));
  const steps = transitions?.[name];
  if (!steps) return true;
  return Object.entries(steps).some(([from, to]) =>
    [from, ...to].some((each) => isSame(each, value)),
  );
}

/** Whether an attribute may come from what it is to a value. */
function mayBecome({ write }: GrantText, name: string, stored: Item, value: unknown): boolean {
  const steps = write?.transitions?.[name];
  if (!steps) return true;
  const from = stored[name];
  return typeof from === 'string' && (steps[from] ?? []).some((to) => isSame(to, value));
}

const keyOf = (write: Write): Item =>
  write.kind === 'put' ? { PK: write.item.PK, SK: write.item.SK } : write.key;

/** Whether the words of a write are within a grant. */
function isCovered(grant: GrantText, write: Write): boolean {
  if (!mayBeOf(grant, keyOf(write))) return false;
  if (write.kind === 'put') return isPutCovered(grant, write);
  return write.kind === 'update' ? isUpdateCovered(grant, write) : true;
}

function isPutCovered(grant: GrantText, { item }: Put): boolean {
  const names = Object.keys(item).filter((name) => !KEYS.includes(name));
  return (
    names.every((name) => mayName(grant, name) && mayHave(grant, name, item[name])) &&
    isOf(grant, { ...item, ...grant.write?.set })
  );
}

function isUpdateCovered(grant: GrantText, write: Update): boolean {
  const { key, updates, remove, add, copy, upsert, expected, written } = write;
  const changed = copy ? [copy[1]] : [...Object.keys(updates), ...remove, ...Object.keys(add)];
  const fixed = (name: string) => ruled(grant).includes(name) || name in matchersOf(grant);
  for (const name of changed) {
    if (KEYS.includes(name) || !mayName(grant, name)) return false;
    if (!fixed(name)) continue;
    if (copy || !(name in updates) || !mayHave(grant, name, updates[name])) return false;
    if (!mayBeOf(grant, { [name]: updates[name] })) return false;
    const stays = name in matchersOf(grant) && !grant.write?.values?.[name];
    if (stays && !upsert) return false;
  }
  if (grant.write?.require_expected?.some((name) => written || !(name in expected))) return false;
  if (!upsert) return true;
  return (
    (!grant.write || grant.write.upsert === true) &&
    isOf(grant, { ...key, ...grant.write?.set, ...updates })
  );
}

/** Whether a grant that covers a write lets it be done to a stored item. */
function mayChange(grant: GrantText, write: Write, stored: Item): boolean {
  if (!isOf(grant, stored)) return false;
  const kept = Object.keys(matchersOf(grant)).filter((name) => !grant.write?.values?.[name]);
  if (write.kind === 'put') {
    const { read, write: { only, set, create_only, replace, transitions } = {} } = grant;
    if (create_only || (!replace && (read || only || Object.keys(transitions ?? {}).length > 0)))
      return false;
    const item: Item = { ...write.item, ...set };
    return (
      kept.every((name) => !(name in item) || isSame(stored[name], item[name])) &&
      ruled(grant).every((name) =>
        name in item ? mayBecome(grant, name, stored, item[name]) : !(name in stored),
      )
    );
  }
  if (write.kind !== 'update') return true;
  return Object.entries(write.updates).every(
    ([name, value]) =>
      (!kept.includes(name) || isSame(stored[name], value)) &&
      mayBecome(grant, name, stored, value),
  );
}

const isAsExpected = (expected: Item, stored: Item | undefined) =>
  Object.entries(expected).every(([name, value]) =>
    value === null ? stored?.[name] === undefined : isSame(stored?.[name], value),
  );

function applied(write: Update, stored: Item, set: Item): Item {
  const { updates, remove, add, copy } = write;
  const changed: Item = { ...stored, ...updates, ...set };
  if (copy) changed[copy[1]] = stored[copy[0]];
  for (const name of remove) delete changed[name];
  for (const [name, value] of Object.entries(add)) {
    changed[name] = ((changed[name] as number | undefined) ?? 0) + (value as number);
  }
  return changed;
}

/** What becomes of one write of a role, alone or as an entry of another tool. */
export function outcomeOf(
  role: readonly GrantText[],
  tool: Writing['tool'],
  write: Write,
  stored: Item | undefined,
): Outcome {
  const grants = role.filter(
    ({ tools }) => tools.includes(tool) && tools.includes(TOOLS[write.kind]),
  );
  const covering = grants.filter((grant) => isCovered(grant, write));
  if (covering.length === 0) return { status: 403 };
  const back = role.filter(({ tools }) => tools.some((each) => READING.includes(each)));
  const read = [
    ...Object.keys(write.expected),
    ...(write.kind === 'update'
      ? [...Object.keys(write.add), ...(write.copy ? [write.copy[0]] : [])]
      : []),
  ].filter((name) => !KEYS.includes(name));
  const key = keyOf(write);
  const reaching = back.filter((grant) => mayBeOf(grant, key));
  const isReadable = (name: string) => reaching.some((grant) => sightOf(grant, name) === 3);
  if (!read.every(isReadable)) return { status: 403 };
  const allowed =
    stored &&
    read.every((name) => showPlainly(back, stored, name)) &&
    covering.some((grant) => mayChange(grant, write, stored));
  const view = stored && viewOf(back, stored);
  const set = covering[0]?.write?.set ?? {};
  const hasConditions = Object.keys(write.expected).length > 0;
  const isKnown = view !== undefined || (stored && covering.some((grant) => isOf(grant, stored)));
  const isMet = isAsExpected(write.expected, stored);
  switch (write.kind) {
    case 'put': {
      if (stored && !allowed) {
        const creates =
          !covering.some(isReplacing) && covering.some((grant) => isOf(grant, stored));
        return creates ? { status: 409, item: view } : { status: 403 };
      }
      if ((stored && write.create_only) || !isMet)
        return { status: 409, item: stored ? view : null };
      return { status: 200, stored: { ...write.item, ...set }, item: view ?? null };
    }
    case 'update': {
      if (!stored && !write.upsert) return { status: 404 };
      if (stored && !allowed) return { status: write.upsert || isKnown ? 403 : 404 };
      if (!isMet) return { status: 409, item: stored ? view : null };
      if (write.copy && stored?.[write.copy[0]] === undefined) return { status: 400 };
      const changed = applied(write, stored ?? key, set);
      return { status: 200, stored: changed, item: viewOf(back, changed) ?? key };
    }
    default: {
      if (!stored || allowed) {
        if (!isMet) return { status: 409, item: stored ? view : null };
        return {
          status: 200,
          stored: write.kind === 'check' ? stored : undefined,
          item: view ?? null,
        };
      }
      if (write.kind === 'check') return { status: 409, item: view };
      if (isKnown) return { status: 403 };
      return hasConditions ? { status: 409, item: null } : { status: 200, stored, item: null };
    }
  }
}

function isReplacing({ read, write: { only, create_only, replace, transitions } = {} }: GrantText) {
  if (create_only) return false;
  return replace || !(read || only || Object.keys(transitions ?? {}).length > 0);
}
