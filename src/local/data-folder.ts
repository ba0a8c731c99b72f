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
    throw unusable(folder, error);
  }
  throw unusable(folder, 'another process uses it');
}

/** The refusal of a folder, with what keeps it from being used. */
export function unusable(folder: string, why: unknown): StartError {
  const reason = why instanceof Error ? explain(why) : String(why);
  return new StartError(
    `The embedded database cannot use ${folder}: ${reason}. Choose another folder with --data-dir.`,
    { cause: why },
  );
}

function explain({ message }: Error): string {
  if (DENIED.test(message)) return 'this user may not write there';
  const [first] = message.split(/\.\s/);
  return `it cannot be opened (${first})`;
}
