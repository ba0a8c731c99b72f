import { access, constants, mkdir } from 'node:fs/promises';
import { StartError } from '../errors.ts';
import { lockFolder } from './folder-lock.ts';

const DENIED = /permission denied|operation not permitted|read-?only/i;

/** Makes the folder of the data and takes it for this process; returns what gives it back. */
export async function claimFolder(folder: string): Promise<() => void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    const release = await lockFolder(folder);
    if (release) return release;
  } catch (error) {
    throw unusable(folder, DENIED.test(String(error)) ? 'this user may not write there' : error);
  }
  throw unusable(folder, 'another process uses it');
}

/** The refusal of a folder, with what keeps it from being used. */
export function unusable(folder: string, why: unknown): StartError {
  const reason =
    why instanceof Error ? `it cannot be opened (${why.message})` : String(why || 'unknown');
  return new StartError(
    `The embedded database cannot use ${folder}: ${reason}. --data-dir names another folder.`,
    { cause: why },
  );
}
