import assert from 'node:assert/strict';
import { attributes, type Deployment, inWords, type Resource, valuesAt } from './deployment.ts';

/** Says what is wrong with a value; undefined for a good one. */
export type Check = (value: unknown, deployment: Deployment) => string | undefined;

/** What every resource of a type must have at a path; `@` begins the name of an attribute. */
type Requirement = readonly [path: string, check: Check];

/** Exactly this value. */
export const is =
  (expected: unknown): Check =>
  (value) =>
    inWords(value) === inWords(expected) ? undefined : `must be ${inWords(expected)}`;
/** A number, or a text of one, between two others. */
export const between =
  (least: number, most: number): Check =>
  (value) =>
    Number(value) >= least && Number(value) <= most ? undefined : `must be ${least} to ${most}`;
/** A text, or a reference in words, of this form. */
export const like =
  (form: RegExp): Check =>
  (value) =>
    form.test(inWords(value)) ? undefined : `must be like ${form}`;
/** Nothing at all. */
export const absent: Check = (value) => (value === undefined ? undefined : 'must be absent');
/** What depends on the settings. */
export const asSet =
  (check: (settings: Deployment['settings']) => Check): Check =>
  (value, deployment) =>
    check(deployment.settings)(value, deployment);

/** Checks all resources of each type, and that some are there. */
export function require(
  deployment: Deployment,
  type: string,
  requirements: readonly Requirement[],
  isMeant: (resource: Resource) => boolean = () => true,
): void {
  for (const resource of deployment.of(type).filter(isMeant)) {
    for (const [path, check] of requirements) {
      const values = path.startsWith('@')
        ? [attributes(resource)[path.slice(1)]]
        : valuesAt(resource.properties, path);
      for (const value of values) {
        const problem = check(value, deployment);
        assert.equal(
          problem,
          undefined,
          `${resource.stack}, ${resource.id}: ${path} ${problem}, and is ${inWords(value)}`,
        );
      }
    }
  }
}

/** Checks how many resources of each type there are. */
export function count(deployment: Deployment, expected: Record<string, number>): void {
  for (const [type, number] of Object.entries(expected)) {
    assert.equal(deployment.of(type).length, number, `resources of ${type}`);
  }
}
