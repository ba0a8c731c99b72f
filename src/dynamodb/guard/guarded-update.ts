import type { JsonObject } from '../../json/parse.ts';
import type { Conditions } from '../expressions/conditions.ts';
import type { Expressions } from '../expressions/expressions.ts';
import { readUpdate, type UpdateAction } from '../expressions/read-update.ts';
import type { Path } from '../expressions/token-reader.ts';
import { tokensOf } from '../expressions/tokens.ts';
import { readable } from '../expressions/unread.ts';
import type { UpdateVerbs } from '../expressions/updates.ts';
import { storedName } from '../values/attribute-names.ts';
import type { NativeItem, NativeValue } from '../values/native-values.ts';
import type { Guarded } from './guarded-write.ts';
import { namesInConditions } from './names.ts';
import type { WriteGuard } from './write-guard.ts';

/** An update that a role covers. */
export interface GuardedUpdate extends Guarded {
  /** With what the role sets besides. */
  readonly expression: string;
  /** What the caller's own part of it changes. */
  readonly targets: readonly Path[];
}

/** An update as far as a role has to know it. */
export interface AskedUpdateRequest extends Conditions, UpdateVerbs {
  upsert?: boolean | undefined;
}

/** The attributes that the verbs of an update name. */
export function namesInVerbs(verbs: UpdateVerbs): string[] {
  const { updates, add, append, removeFromSet, remove = [] } = verbs;
  const maps: (JsonObject | undefined)[] = [updates, add, append, removeFromSet];
  return [...maps.flatMap((map) => Object.keys(map ?? {})), ...remove].map(storedName);
}

/** An update within a role; throws Forbidden, and ValidationError for an expression that cannot be read. */
export function guardUpdate(
  guard: WriteGuard,
  request: AskedUpdateRequest,
  key: NativeItem,
  written: string,
  expressions: Expressions,
): GuardedUpdate {
  const actions = readable('update_expression', () =>
    readUpdate(written, (placeholder) => expressions.named(placeholder)),
  );
  const { set, ...guarded } = guard.update(
    {
      key,
      actions: actions.map((action) => ({ ...action, value: valueIn(action, expressions) })),
      expected: new Set(Object.keys(request.expected ?? {}).map(storedName)),
      upsert: request.upsert ?? false,
    },
    [...actions.flatMap(attributesRead), ...namesInConditions(request, expressions)],
  );
  return {
    ...guarded,
    expression: withPresets(written, set, expressions),
    targets: actions.map(({ target }) => target),
  };
}

/** The attributes that an action reads: a path into one finds out what is there. */
function attributesRead({ reads, target }: UpdateAction): string[] {
  const paths = target.steps.length > 1 ? [target, ...reads] : reads;
  return paths.map(({ steps: [name] }) => name);
}

function valueIn({ literal }: UpdateAction, expressions: Expressions): NativeValue | undefined {
  return literal === undefined ? undefined : expressions.valued(literal);
}

/** The update with what is set besides: an expression has one SET at most. */
function withPresets(
  written: string,
  set: ReadonlyMap<string, NativeValue>,
  expressions: Expressions,
): string {
  if (set.size === 0) return written;
  const presets = [...set]
    .map(([name, value]) => `${expressions.name(name)} = ${expressions.value(value)}`)
    .join(', ');
  const clause = tokensOf(written).find(
    ({ kind, text }) => kind === 'word' && text.toUpperCase() === 'SET',
  );
  if (!clause) return `SET ${presets} ${written}`;
  return `${written.slice(0, clause.end)} ${presets}, ${written.slice(clause.end).trimStart()}`;
}
