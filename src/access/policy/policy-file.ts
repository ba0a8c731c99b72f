import { closeSync, openSync, readSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { StartError } from '../../errors.ts';

const MOST_BYTES = 1_048_576;

/** The text of a policy file; throws StartError for what cannot be one. */
export function readPolicyFile(file: string): string {
  const bytes = readBytes(file);
  if (bytes.length > MOST_BYTES) throw new StartError('The policy has more than 1 MB.');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new StartError('The policy is not UTF-8.', { cause: error });
  }
}

/** Its bytes, as far as they are looked at. */
function readBytes(file: string): Buffer {
  try {
    const descriptor = openSync(file, 'r');
    try {
      return readUpTo(descriptor, MOST_BYTES + 1);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(`The policy cannot be read: ${file} (${code}).`, { cause: error });
  }
}

function readUpTo(descriptor: number, most: number): Buffer {
  const pieces: Buffer[] = [];
  for (let length = 0; length < most; ) {
    const piece = Buffer.alloc(Math.min(65_536, most - length));
    const read = readSync(descriptor, piece);
    if (read === 0) break;
    pieces.push(piece.subarray(0, read));
    length += read;
  }
  return Buffer.concat(pieces);
}

/** What changes when another file, or another text, is at a path; links are followed. */
export async function fileSignature(file: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeMs, ctimeMs } = await stat(file);
    return [dev, ino, size, mtimeMs, ctimeMs].join();
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}
