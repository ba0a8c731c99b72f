import { join } from 'node:path';

/** How long a start waits for one that ends at this moment. */
const PATIENCE_MS = 200;
const SQLITE_BUSY = 5;

/**
 * Takes a folder for this process; undefined when another has it. The system frees the lock when the
 * process ends, however it ends, so that none is ever stale.
 */
export async function lockFolder(folder: string): Promise<(() => void) | undefined> {
  const { DatabaseSync } = await import('node:sqlite');
  const lock = new DatabaseSync(join(folder, 'lock.sqlite'), { timeout: PATIENCE_MS });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) {
      return undefined;
    }
    throw error;
  }
  return () => lock.close();
}
