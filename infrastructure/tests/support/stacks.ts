import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { namesOf, PRODUCTION } from '../../lib/names.ts';
import { type SynthesizedStack, synthesizeInto } from '../../lib/templates.ts';
import { findingsIn } from './findings.ts';
import { VARIANTS } from './variants.ts';

export const STACKS = ['Storage', 'Network', 'Service', 'Observability', 'Dashboard'] as const;

/** The templates of one variant. */
export type Stacks = Record<(typeof STACKS)[number], Template>;

/** What CDK makes of a variant, and what it and cdk-nag have to say. */
interface Synthesis {
  stacks: SynthesizedStack[];
  findings: string[];
}

const synthesized = new Map<string, Synthesis>();
const templates = new Map<string, Stacks>();

/** The synthesis of a variant; made once for all test files. */
export function synthesisOf(variant: string): Synthesis {
  const known = synthesized.get(variant);
  if (known) return known;
  const context = VARIANTS[variant];
  if (!context) throw new Error(`There is no variant ${variant}.`);
  const outdir = mkdtempSync(path.join(tmpdir(), 'variant-'));
  try {
    const stacks = synthesizeInto(outdir, context);
    const synthesis = { stacks, findings: findingsIn(outdir) };
    synthesized.set(variant, synthesis);
    return synthesis;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** All stacks of a variant, also that of releases. */
export function synthesizedStacks(variant: string): SynthesizedStack[] {
  return synthesisOf(variant).stacks;
}

export function stacksOf(variant: string): Stacks {
  const known = templates.get(variant);
  if (known) return known;
  const stacks = synthesizedStacks(variant);
  const { stack } = namesOf({ stage: VARIANTS[variant]?.stage ?? PRODUCTION });
  const template = (subject: string) =>
    Template.fromJSON(stacks.find(({ name }) => name === stack(subject))?.template ?? {});
  const found = {
    Storage: template('Storage'),
    Network: template('Network'),
    Service: template('Service'),
    Observability: template('Observability'),
    Dashboard: template('Dashboard'),
  };
  templates.set(variant, found);
  return found;
}

/** The properties of the one resource of a type. */
export function only(template: Template, type: string) {
  const found = Object.values(template.findResources(type));
  if (found.length !== 1) throw new Error(`${found.length} resources of ${type}, not one`);
  return found[0]?.Properties;
}
