import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { StartError } from '../../errors.ts';
import type { Parameters } from './options.ts';

const common = {
  version: z.literal(1),
  /** What the command asked for: another command does not go on from here. */
  asked: z.record(z.string(), z.string()),
};

/** How far an export is. */
const EXPORT_CHECKPOINT = z.strictObject({
  ...common,
  /** How much of the file is whole; what is behind it is thrown away. */
  bytes: z.int(),
  items: z.int(),
  units: z.number(),
  segments: z.array(z.strictObject({ cursor: z.string().nullable(), isDone: z.boolean() })),
});

const failedLine = z.looseObject({ line: z.int(), code: z.string(), error: z.string() });

/** How far an import is: all is counted up to one line, behind which nothing is. */
const IMPORT_CHECKPOINT = z.strictObject({
  ...common,
  /** The size of what is imported, so that another file is not taken for it. */
  size: z.int(),
  durable_through_line: z.int(),
  lines: z.int(),
  written: z.int(),
  units: z.number(),
  failed: z.array(failedLine),
});

export type ExportCheckpoint = z.output<typeof EXPORT_CHECKPOINT>;
export type ImportCheckpoint = z.output<typeof IMPORT_CHECKPOINT>;

/** A checkpoint beside a file. */
export interface CheckpointFile<Checkpoint> {
  /** What an interrupted command left; undefined where there was none. Throws StartError. */
  read(): Checkpoint | undefined;
  write(checkpoint: Checkpoint): void;
  remove(): void;
}

export const exportCheckpoint = (file: string, asked: Parameters) =>
  checkpointFile(`${file}.export-checkpoint`, EXPORT_CHECKPOINT, asked);

export const importCheckpoint = (file: string, asked: Parameters) =>
  checkpointFile(`${file}.import-checkpoint`, IMPORT_CHECKPOINT, asked);

function checkpointFile<Schema extends z.ZodType<{ asked: Parameters }>>(
  path: string,
  schema: Schema,
  asked: Parameters,
): CheckpointFile<z.output<Schema>> {
  return {
    read: () => {
      const text = readText(path);
      if (text === undefined) return undefined;
      const { data } = schema.safeParse(parse(text));
      if (!data)
        throw new StartError(
          `The checkpoint ${path} cannot be read; start again without --resume.`,
        );
      if (canonicalText(data.asked) !== canonicalText(asked)) {
        throw new StartError(`The checkpoint ${path} belongs to a command with other options.`);
      }
      return data;
    },
    write: (checkpoint) => {
      const next = `${path}.${randomUUID()}`;
      writeFileSync(next, `${JSON.stringify(checkpoint)}\n`, { flush: true });
      renameSync(next, path);
    },
    remove: () => rmSync(path, { force: true }),
  };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** How fast it goes, and what it puts up with, may change on the way. */
const MAY_CHANGE: ReadonlySet<string> = new Set(['max_units_per_second', 'max_errors']);

function canonicalText(asked: Parameters): string {
  const kept = Object.entries(asked).filter(([name]) => !MAY_CHANGE.has(name));
  return JSON.stringify(kept.sort());
}
