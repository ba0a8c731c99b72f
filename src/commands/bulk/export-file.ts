import { existsSync } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip as gzipCallback } from 'node:zlib';
import type { ExportPage } from '../../bulk/export-pages.ts';
import { StartError } from '../../errors.ts';
import type { CheckpointFile, ExportCheckpoint } from './checkpoint.ts';
import { EXIT } from './interruption.ts';

const gzip = promisify(gzipCallback);
const CHECKPOINT_MS = 1_000;

/** Where the items of an export go, with how far it is. */
export interface ExportTarget {
  readonly state: ExportCheckpoint;
  /** Takes a page of a segment. */
  append(segment: number, page: ExportPage, bytes: Buffer): Promise<void>;
  /** What was appended is all there is, or all there is for now. */
  close(isComplete: boolean): Promise<void>;
}

/** A new state of an export of so many segments. */
export function newExport(asked: ExportCheckpoint['asked'], segments: number): ExportCheckpoint {
  const each = () => ({ cursor: null, isDone: false });
  return {
    version: 1,
    asked,
    bytes: 0,
    items: 0,
    units: 0,
    segments: Array.from({ length: segments }, each),
  };
}

/** Items go to standard output, which cannot be gone on with. */
export function createOutputTarget(state: ExportCheckpoint): ExportTarget {
  // Whoever reads it may have enough.
  process.stdout.on('error', () => process.exit(EXIT.resumable));
  return {
    state,
    append: async (segment, page, bytes) => {
      note(state, segment, page);
      if (bytes.length === 0 || process.stdout.write(bytes)) return;
      await new Promise((resolve) => process.stdout.once('drain', resolve));
    },
    close: async () => {},
  };
}

/**
 * Items go to a file, which has another name until it is complete. A checkpoint beside it never
 * tells of more than is on the disk, so that whoever resumes has each item once.
 */
export async function openFileTarget(
  file: string,
  checkpoints: CheckpointFile<ExportCheckpoint>,
  fresh: ExportCheckpoint,
  { resumes, header }: { resumes: boolean; header: Buffer | undefined },
): Promise<ExportTarget> {
  const part = `${file}.part`;
  const state = (resumes ? checkpoints.read() : undefined) ?? fresh;
  refuseOverwriting(file, part, resumes);
  const handle = await openPart(part, state);
  const pack = file.endsWith('.gz') ? gzip : async (bytes: Buffer) => bytes;
  let last = performance.now();
  let writing = Promise.resolve();
  const save = async () => {
    await handle.datasync();
    checkpoints.write(state);
    last = performance.now();
  };
  const write = async (bytes: Buffer) => {
    const packed = bytes.length > 0 ? await pack(bytes) : bytes;
    await handle.write(packed, 0, packed.length, state.bytes);
    state.bytes += packed.length;
  };
  if (header && state.bytes === 0) await write(header);
  if (state === fresh) await save();
  return {
    state,
    append: (segment, page, bytes) => {
      // One after the other, whichever segment they are of.
      writing = writing.then(async () => {
        await write(bytes);
        note(state, segment, page);
        if (performance.now() - last >= CHECKPOINT_MS) await save();
      });
      return writing;
    },
    close: async (isComplete) => {
      await save();
      await handle.close();
      if (!isComplete) return;
      await rename(part, file);
      checkpoints.remove();
    },
  };
}

function note(
  state: ExportCheckpoint,
  segment: number,
  { cursor, items, consumedCapacity = 0 }: ExportPage,
) {
  state.items += items;
  state.units += consumedCapacity;
  state.segments[segment] = { cursor, isDone: cursor === null };
}

async function openPart(part: string, { bytes }: ExportCheckpoint): Promise<FileHandle> {
  try {
    const handle = await open(part, bytes > 0 ? 'r+' : 'w');
    // What came behind the last checkpoint is read again.
    await handle.truncate(bytes);
    return handle;
  } catch (error) {
    throw new StartError(`The file ${part} cannot be written.`, { cause: error });
  }
}

function refuseOverwriting(file: string, part: string, resumes: boolean): void {
  if (existsSync(file))
    throw new StartError(`The file ${file} exists already; remove it, or choose another.`);
  if (!resumes && existsSync(part)) {
    throw new StartError(
      `The file ${part} of an interrupted export exists; continue with --resume, or remove it.`,
    );
  }
}
