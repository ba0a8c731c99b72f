import { isJsonObject, type JsonObject } from '../../json/parse.ts';
import type { Expressions } from '../expressions/expressions.ts';
import { type Projection, projectionWith } from '../expressions/projections.ts';
import { readProjection } from '../expressions/read-projection.ts';
import type { Path, Step } from '../expressions/token-reader.ts';
import { readable } from '../expressions/unread.ts';
import type { ReadGuard } from './read-guard.ts';

const MOST_BYTES = 4_096;

/**
 * The caller's projection within what a guard shows, with the attributes that are needed besides: to
 * decide about the item, and those that are asked for here. Throws Forbidden and ValidationError.
 */
export function guardedProjection(
  attributes: string[],
  asked: string | undefined,
  expressions: Expressions,
  guard: ReadGuard | undefined,
  held?: ReadonlySet<string>,
): Projection {
  if (!guard) return projectionWith(attributes, asked, expressions);
  if (asked === undefined) return shownProjection(guard, expressions, held);
  const paths = asked === '' ? [] : readPaths(asked, expressions);
  guard.refuseUnshown(
    paths.map(({ steps: [attribute] }) => attribute),
    'projection_expression',
  );
  if (guard.isOpen) return projectionWith(attributes, asked, expressions);
  // A mask is made of the whole attribute: of a part it would tell that there is one.
  const needs = new Set([
    ...guard.needs,
    ...paths.map(({ steps: [name] }) => name).filter((name) => guard.masks(name)),
  ]);
  // DynamoDB takes no path beside one that it is a part of.
  const isPart = ({ steps: [attribute, ...rest] }: Path) => rest.length > 0 && needs.has(attribute);
  const parts = paths.filter(isPart);
  const whole = paths.filter((path) => !isPart(path)).map(({ text }) => text);
  const besides = [...new Set([...attributes, ...needs])];
  const named = new Set(paths.map(({ steps: [attribute] }) => attribute));
  const projection = projectionWith(besides, whole.join(), expressions, named);
  if (parts.length === 0) return projection;
  expressions.replace(asked, whole.join());
  const cut = new Map(
    [...Map.groupBy(parts, ({ steps: [attribute] }) => attribute)].map(([attribute, of]) => [
      attribute,
      of.map(({ steps: [, ...rest] }) => rest),
    ]),
  );
  return {
    ...projection,
    strip: (item) => {
      for (const [attribute, steps] of cut) cutAttribute(item, attribute, steps);
      projection.strip(item);
    },
  };
}

function readPaths(asked: string, expressions: Expressions): Path[] {
  return readable('projection_expression', () =>
    readProjection(asked, (placeholder) => expressions.named(placeholder)),
  );
}

/**
 * What can be shown at all, where that is a list that fits into an expression; of an index DynamoDB
 * takes only names that it holds.
 */
function shownProjection(
  guard: ReadGuard,
  expressions: Expressions,
  held?: ReadonlySet<string>,
): Projection {
  const all: Projection = { expression: undefined, named: undefined, strip: () => {} };
  const shownNames = guard.shownNames?.filter((name) => held?.has(name) ?? true);
  if (!shownNames || shownNames.length * LONGEST_PLACEHOLDER > MOST_BYTES) return all;
  return { ...all, expression: shownNames.map((name) => expressions.name(name)).join() };
}

const LONGEST_PLACEHOLDER = 12;

/** What of an item lies at some paths, as DynamoDB returns it. */
export function itemAt(item: JsonObject, paths: readonly Path[]): JsonObject {
  return (partsOf(
    item,
    paths.map(({ steps }) => [...steps]),
  ) ?? {}) as JsonObject;
}

function cutAttribute(item: Record<string, unknown>, attribute: string, steps: Step[][]): void {
  const cut = partsOf(item[attribute], steps);
  if (cut === undefined) delete item[attribute];
  else item[attribute] = cut;
}

/** The parts of a value at some paths within it, as DynamoDB returns them; undefined for none. */
function partsOf(value: unknown, paths: readonly Step[][]): unknown {
  if (value === undefined || paths.some((path) => path.length === 0)) return value;
  const groups = Map.groupBy(paths, ([first]) => first);
  const parts = [...groups].flatMap(([step, of]): [Step, unknown][] => {
    const member = step === undefined ? undefined : memberOf(value, step);
    const part = partsOf(
      member,
      of.map(([, ...rest]) => rest),
    );
    return step === undefined || part === undefined ? [] : [[step, part]];
  });
  if (parts.length === 0) return undefined;
  if (!Array.isArray(value)) return Object.fromEntries(parts);
  return parts.sort(([one], [other]) => Number(one) - Number(other)).map(([, part]) => part);
}

function memberOf(value: unknown, step: Step): unknown {
  if (typeof step === 'number') return Array.isArray(value) ? value[step] : undefined;
  return isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}
