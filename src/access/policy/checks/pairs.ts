import { canonical } from '../../../dynamodb/values/same-value.ts';
import { compilePredicate } from '../matchers.ts';
import { type Path, placeOf, quoted } from '../problems.ts';
import type { GrantText } from '../shape/grant.ts';
import type { Check } from './known.ts';
import { mayOverlap } from './overlap.ts';
import { lists, WRITERS, writableBy } from './reach.ts';

/** A grant of a role, and where it stands. */
export interface PlacedGrant {
  readonly grant: GrantText;
  readonly path: Path;
  /** Whether nothing is wrong with it alone. */
  readonly isSound: boolean;
}

/** Whether the grants of one role go together. */
export function checkTogether(grants: readonly PlacedGrant[], check: Check): void {
  for (const [index, one] of grants.entries()) {
    checkMasked(one, grants, check);
    for (const other of grants.slice(index + 1)) {
      if (one.isSound && other.isSound) checkPresets(one, other, check);
    }
  }
  checkDestruction(grants, check);
}

/** Who could write a guess and read its mask would learn what is masked. */
function checkMasked(masking: PlacedGrant, grants: readonly PlacedGrant[], check: Check): void {
  const { redact = [], hash = [] } = masking.grant.read ?? {};
  for (const [member, names] of [
    ['redact', redact],
    ['hash', hash],
  ] as const) {
    for (const [index, name] of names.entries()) {
      const writer = grants.find(
        ({ grant }) => grant.table === masking.grant.table && writableBy(grant, name),
      );
      if (!writer) continue;
      const by = writer === masking ? 'this grant' : placeOf(writer.path);
      check.problem(
        [...masking.path, 'read', member, index],
        `${quoted([name])} can be written through ${by}: whoever may write a guess can learn what is masked`,
      );
    }
  }
}

/** A write that two grants cover could not say which of two presets it gets. */
function checkPresets(one: PlacedGrant, other: PlacedGrant, check: Check): void {
  const [first, second] = [one.grant, other.grant];
  const isShared =
    first.table === second.table &&
    WRITERS.some((tool) => lists(first, tool) && lists(second, tool));
  if (!isShared || presets(first) === presets(second)) return;
  if (!mayOverlap(compilePredicate(first.items), compilePredicate(second.items))) return;
  check.problem(
    [...other.path, 'write', 'set'],
    `must be that of ${placeOf(one.path)}, which can cover the same write`,
  );
}

function presets({ write }: GrantText): string {
  return canonical(write?.set ?? {});
}

/** Deleting and putting again gets around transitions. */
function checkDestruction(grants: readonly PlacedGrant[], { warning }: Check): void {
  for (const { grant, path } of grants) {
    if (!grant.write?.transitions) continue;
    const others = grants.map((each) => each.grant).filter(({ table }) => table === grant.table);
    const may = (tool: string) => others.some((each) => lists(each, tool));
    if (may('delete_item') && may('put_item')) {
      warning(
        [...path, 'write', 'transitions'],
        'an item can be deleted and put again with any value: the role has delete_item and put_item',
      );
    }
  }
}
