import path from 'node:path';
import { PROCESS_ENVIRONMENT } from '../config.ts';
import { VERSION } from '../version.ts';
import type { Command, Option } from './command.ts';

const NAME = 'dynamodb-mcp-server';

/** What to type to run this program again, as far as it can tell how it was run. */
export function invocation(): string {
  const [, script = NAME] = process.argv;
  const { npm_lifecycle_event: npmScript } = PROCESS_ENVIRONMENT;
  if (script.endsWith('.ts')) {
    if (npmScript === 'start') return 'npm start --';
    if (npmScript === 'dev') return 'npm run dev --';
  } else if (path.basename(script) !== 'cli.js' || script.includes('node_modules')) return NAME;
  return `node ${path.relative('', script)}`;
}

/** The text of `--help`; the first command is the one that runs when none is named. */
export function usage(
  commands: readonly Command[],
  commonOptions: Readonly<Record<string, Option>>,
): string {
  const options = new Map<string, string>();
  for (const group of [...commands.map((command) => command.options), commonOptions]) {
    for (const [name, { value, summary }] of Object.entries(group ?? {})) {
      options.set(value === undefined ? `--${name}` : `--${name} ${value}`, summary);
    }
  }
  const rows = commands.map(({ name, argument, summary }, index): [string, string] => [
    argument === undefined ? name : `${name} ${argument}`,
    index === 0 ? `${summary} (default)` : summary,
  ]);
  return `${NAME} ${VERSION}: one DynamoDB table behind a small, exact, safe HTTP service

Usage: ${invocation()} [command] [options]

Commands:
${columns(rows)}

Options:
${columns(options)}

Settings are environment variables, also read from .env; .env.example explains them.
`;
}

const COLUMN = 24;

function columns(rows: Iterable<[string, string]>): string {
  return [...rows].map(([left, right]) => `  ${left.padEnd(COLUMN)} ${right}`).join('\n');
}
