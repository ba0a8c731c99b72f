import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { unusable } from './data-folder.ts';

/** The part of dynalite's own dependency that is used here. */
interface LevelModule {
  Level: new (folder: string) => { open(): Promise<void>; close(): Promise<void> };
}

/** Makes dynalite's folder and sees that it can be opened; dynalite itself would crash later. */
export async function openOnce(folder: string): Promise<void> {
  const dynalite = createRequire(import.meta.url).resolve('dynalite');
  const { Level } = createRequire(dynalite)('level') as LevelModule;
  const level = new Level(folder);
  try {
    await mkdir(folder, { recursive: true });
    await level.open();
    await level.close();
  } catch (error) {
    // LevelDB tells the reason as the cause of its error.
    throw unusable(folder, error instanceof Error ? (error.cause ?? error) : error);
  }
}
