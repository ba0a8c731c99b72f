import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createApp } from './app.ts';
import { namesOf, PRODUCTION } from './names.ts';
import { importTemplate } from './storage/import-template.ts';

/** A stack's template, parsed. */
export type StackTemplate = Record<string, unknown>;

/** A stack as CDK deploys it. */
export interface SynthesizedStack {
  name: string;
  template: StackTemplate;
  isProtected: boolean;
}

/** The stacks for a set of settings; leaves no files behind. */
export function stacksOf(context?: Record<string, unknown>): SynthesizedStack[] {
  const outdir = mkdtempSync(path.join(tmpdir(), 'synthesis-'));
  try {
    return synthesizeInto(outdir, context);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** The same, with everything that CDK writes left in a folder. */
export function synthesizeInto(
  outdir: string,
  context?: Record<string, unknown>,
): SynthesizedStack[] {
  const { stacks } = createApp({ outdir, ...(context && { context }) }).synth();
  return stacks.map(({ stackName, template, terminationProtection }) => ({
    name: stackName,
    template,
    isProtected: terminationProtection === true,
  }));
}

/** The templates with default settings, by file name; the same bytes each time. */
export function synthesize(): Map<string, string> {
  const files = stacksOf().flatMap(({ name, template }): [string, StackTemplate][] => [
    [`${name}.template.json`, template],
    ...(name === namesOf({ stage: PRODUCTION }).stack('Storage')
      ? [[`${name}.import.template.json`, importTemplate(template)] satisfies [string, unknown]]
      : []),
  ]);
  return new Map(files.map(([file, template]) => [file, `${JSON.stringify(template, null, 1)}\n`]));
}
