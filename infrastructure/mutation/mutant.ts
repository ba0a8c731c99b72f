import type { StackTemplate, SynthesizedStack } from '../lib/templates.ts';

/** A place in a template, and what can be put there. */
export interface Place {
  stack: string;
  resource: string;
  type: string;
  /** From the resource down, lists by index. */
  path: readonly (string | number)[];
  value: unknown;
  /** All resources of the stack, by their ids. */
  resources: StackTemplate;
}

/** What can be done at a place: the kind of weakening, and the new value; `REMOVE` takes it away. */
export type Rule = (place: Place) => readonly (readonly [kind: string, value: unknown])[];

export const REMOVE = Symbol('remove');

/** All places of all resources, the resources themselves first. */
export function* places(stacks: readonly SynthesizedStack[]): Generator<Place> {
  for (const { name, template } of stacks) {
    // What a template holds is CloudFormation's own shape.
    const resources = template.Resources as StackTemplate;
    for (const [resource, definition] of Object.entries(resources)) {
      const type = String(Reflect.get(Object(definition), 'Type'));
      yield* below({ stack: name, resource, type, path: [], value: definition, resources });
    }
  }
}

function* below(place: Place): Generator<Place> {
  yield place;
  const { value, path } = place;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    const step = Array.isArray(value) ? Number(key) : key;
    yield* below({ ...place, path: [...path, step], value: member });
  }
}

/** The stacks with another value at a place; only what stands above it is copied. */
export function mutated(
  stacks: readonly SynthesizedStack[],
  { stack, resource, path }: Place,
  value: unknown,
): SynthesizedStack[] {
  return stacks.map((entry) =>
    entry.name === stack
      ? {
          ...entry,
          template: put(entry.template, ['Resources', resource, ...path], value) as StackTemplate,
        }
      : entry,
  );
}

function put(container: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const next = put(Reflect.get(Object(container), step), rest, value);
  if (Array.isArray(container)) {
    return next === REMOVE
      ? container.filter((_, index) => index !== step)
      : container.map((entry, index) => (index === step ? next : entry));
  }
  const { [step]: _old, ...others } = container as Record<string | number, unknown>;
  return next === REMOVE ? others : { ...others, [step]: next };
}
