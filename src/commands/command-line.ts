import { parseArgs } from 'node:util';
import { type Option, type OptionValues, UsageError } from './command.ts';

/** The options and the other arguments of a command line. Throws UsageError. */
export function readArguments(options: Readonly<Record<string, Option>>): {
  values: OptionValues;
  positionals: string[];
} {
  // In its strict mode parseArgs refuses in sentences of its own, which take several lines.
  const { values, positionals, tokens } = parseArgs({
    allowPositionals: true,
    strict: false,
    tokens: true,
    options,
  });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (!option) throw new UsageError(`Unknown option: ${token.rawName}.`);
    const { rawName, value, inlineValue } = token;
    if (option.type === 'boolean') {
      if (value !== undefined) throw new UsageError(`${rawName} takes no value.`);
    } else if (value === undefined || (/^-./.test(value) && !inlineValue)) {
      throw new UsageError(
        `${rawName} takes a value: ${rawName} ${option.value}, or ${rawName}=${option.value} for one that begins with "-".`,
      );
    }
  }
  return { values, positionals };
}
