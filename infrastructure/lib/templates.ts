import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createApp } from './app.ts';

/** A stack's template, parsed. */
export type StackTemplate = Record<string, unknown>;

/** The templates of all stacks for a set of settings, by stack; leaves no files behind. */
export function templatesOf(context?: Record<string, string>): Map<string, StackTemplate> {
  const outdir = mkdtempSync(path.join(tmpdir(), 'synthesis-'));
  try {
    const { stacks } = createApp({ outdir, ...(context && { context }) }).synth();
    return new Map(stacks.map(({ stackName, template }) => [stackName, template]));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** The templates of all stacks with default settings, by file name; the same bytes each time. */
export function synthesize(): Map<string, string> {
  return new Map(
    [...templatesOf()].map(([stackName, template]) => [
      `${stackName}.template.json`,
      `${JSON.stringify(template, null, 1)}\n`,
    ]),
  );
}
