import { createApp } from './app.ts';

/** The templates of all stacks with default settings, by file name; the same bytes each time. */
export function synthesize(): Map<string, string> {
  return new Map(
    createApp()
      .synth()
      .stacks.map(({ stackName, template }) => [
        `${stackName}.template.json`,
        `${JSON.stringify(template, null, 1)}\n`,
      ]),
  );
}
