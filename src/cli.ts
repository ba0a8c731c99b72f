#!/usr/bin/env node
import { auditVerifyCommand } from './commands/audit-verify.ts';
import { exportCommand } from './commands/bulk/export.ts';
import { importCommand } from './commands/bulk/import.ts';
import { checkCommand } from './commands/check.ts';
import { type Command, type Option, print, UsageError } from './commands/command.ts';
import { readArguments } from './commands/command-line.ts';
import { createTableCommand } from './commands/create-table.ts';
import { hashKeyCommand } from './commands/hash-key.ts';
import { openApiCommand } from './commands/openapi.ts';
import { policyCheckCommand } from './commands/policy/check.ts';
import { policyExplainCommand } from './commands/policy/explain.ts';
import { policyTestCommand } from './commands/policy/test.ts';
import { serveCommand } from './commands/serve.ts';
import { stdioCommand } from './commands/stdio.ts';
import { invocation, usage } from './commands/usage.ts';
import { ServiceError, StartError } from './errors.ts';
import { VERSION } from './version.ts';

/** The first is the one that runs when none is named. */
const COMMANDS: readonly [Command, ...Command[]] = [
  serveCommand,
  stdioCommand,
  checkCommand,
  createTableCommand,
  exportCommand,
  importCommand,
  openApiCommand,
  hashKeyCommand,
  policyCheckCommand,
  policyExplainCommand,
  policyTestCommand,
  auditVerifyCommand,
];

const COMMON_OPTIONS: Record<string, Option> = {
  help: { type: 'boolean', summary: 'show this text' },
  version: { type: 'boolean', summary: 'show the version' },
};

async function main(): Promise<void> {
  const options = Object.assign({}, COMMON_OPTIONS, ...COMMANDS.map((command) => command.options));
  const { values, positionals } = readArguments(options);
  const [command, given] = commandIn(positionals);
  if (values.help) return print(usage(COMMANDS, COMMON_OPTIONS));
  if (values.version) return print(VERSION);
  if (!command) throw new UsageError(`Unknown command: ${positionals.join(' ')}.`);
  const foreign = Object.keys(values).find((given) => !Object.hasOwn(command.options ?? {}, given));
  if (foreign !== undefined) throw new UsageError(`${command.name} has no option --${foreign}.`);
  const surplus = given[command.argument?.split(' ').length ?? 0];
  if (surplus !== undefined) throw new UsageError(`Unexpected argument: ${surplus}.`);
  await command.run(values, ...given);
}

/** The command that is named, of one word or two, and its arguments; the first one where none is. */
function commandIn(positionals: readonly string[]): [Command | undefined, string[]] {
  if (positionals.length === 0) return [COMMANDS[0], []];
  const words = [2, 1].find((count) =>
    COMMANDS.some(({ name }) => name === positionals.slice(0, count).join(' ')),
  );
  if (words === undefined) return [undefined, []];
  const named = positionals.slice(0, words).join(' ');
  return [COMMANDS.find(({ name }) => name === named), positionals.slice(words)];
}

/** What went wrong, for whoever typed the command: a stack only where it is a defect. */
function explain(error: unknown): string {
  if (error instanceof UsageError)
    return `${error.message}\nRun ${invocation()} --help for the commands and options.`;
  if (error instanceof StartError) return error.message;
  if (error instanceof ServiceError) {
    const { cause } = error;
    return cause instanceof Error
      ? `${error.message} (${cause.name}: ${cause.message})`
      : error.message;
  }
  return error instanceof Error && error.stack ? error.stack : String(error);
}

main().catch((error: unknown) => {
  process.stderr.write(`${explain(error).trimEnd()}\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
});
