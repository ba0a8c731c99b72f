import type { ParseArgsOptionDescriptor, parseArgs } from 'node:util';

/** An option of a command: how it is parsed, and how the usage text shows it. */
export interface Option extends ParseArgsOptionDescriptor {
  /** What its value is called; absent for a flag. */
  readonly value?: string;
  readonly summary: string;
}

/** The options that were given, by their names; a flag is true. */
export type OptionValues = Readonly<Record<string, ReturnType<typeof parseArgs>['values'][string]>>;

/** A command of the command line. */
export interface Command {
  readonly name: string;
  /** What its positional arguments are called, with spaces between them; absent where it takes none. */
  readonly argument?: string;
  readonly summary: string;
  readonly options?: Readonly<Record<string, Option>>;
  run(values: OptionValues, ...given: string[]): void | Promise<void>;
}

/** A command line that cannot be carried out. */
export class UsageError extends Error {}

/** Prints a command's result; a reader that has read enough, as head has, is no failure. */
export function print(text: string): void {
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) =>
    process.exit(code === 'EPIPE' ? 0 : 1),
  );
  process.stdout.write(`${text.trimEnd()}\n`);
}
