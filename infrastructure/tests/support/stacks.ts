import { Template } from 'aws-cdk-lib/assertions';
import { templatesOf } from '../../lib/templates.ts';
import { VARIANTS } from './variants.ts';

export const STACKS = ['Storage', 'Network', 'Service', 'Observability'] as const;

/** The templates of one variant; synthesized once a test file. */
export type Stacks = Record<(typeof STACKS)[number], Template>;

const synthesized = new Map<string, Stacks>();

export function stacksOf(variant: string): Stacks {
  const known = synthesized.get(variant);
  if (known) return known;
  const context = VARIANTS[variant];
  if (!context) throw new Error(`There is no variant ${variant}.`);
  const templates = templatesOf(context);
  const template = (id: string) => Template.fromJSON(templates.get(`DynamodbMcp${id}`) ?? {});
  const stacks = {
    Storage: template('Storage'),
    Network: template('Network'),
    Service: template('Service'),
    Observability: template('Observability'),
  };
  synthesized.set(variant, stacks);
  return stacks;
}

/** The properties of the one resource of a type. */
export function only(template: Template, type: string) {
  const found = Object.values(template.findResources(type));
  if (found.length !== 1) throw new Error(`${found.length} resources of ${type}, not one`);
  return found[0]?.Properties;
}
