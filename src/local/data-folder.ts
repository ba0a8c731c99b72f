import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { StartError } from '../errors.ts';

/** The part of dynalite's own dependency that is used here. */
interface LevelModule {
  Level: new (folder: string) => { open(): Promise<void>; close(): Promise<void> };
}

const DENIED = /permission denied|operation not permitted/i;

/** Makes the folder and sees that it can be used by this process; dynalite itself would crash later. */
export async function claimFolder(folder: string): Promise<void> {
  const dynalite = createRequire(import.meta.url).resolve('dynalite');
  const { Level } = createRequire(dynalite)('level') as LevelModule;
  const level = new Level(folder);
  try {
    await mkdir(folder, { recursive: true });
    await level.open();
    await level.close();
  } catch (error) {
    const why = `The embedded database cannot use ${folder}: ${explain(error)}.`;
    throw new StartError(`${why} --data-dir names another folder.`, { cause: error });
  }
}

/** What keeps a folder from being used; LevelDB tells the reason as the cause of its error. */
function explain(error: unknown): string {
  const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(reason instanceof Error)) return 'it cannot be opened';
  if ('code' in reason && reason.code === 'LEVEL_LOCKED') return 'another process uses it';
  if (DENIED.test(reason.message)) return 'this user may not write there';
  return `it cannot be opened (${reason.message})`;
}
