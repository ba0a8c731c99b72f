import { open } from 'node:fs/promises';
import { type KeyList, MOST_BYTES, readKeyList } from './key-list.ts';
import { type KeySource, keysUnavailable, type NoteFailure } from './key-source.ts';

/** How often it is looked whether the file has changed. */
const LOOK_MS = 1_000;

export interface FileKeysOptions {
  readonly file: string;
  readonly now: () => number;
  readonly onFailure: NoteFailure;
}

/** Keys in a file, which is read again when it has changed; while it cannot be read, the old ones stay. */
export function createFileKeys({ file, now, onFailure }: FileKeysOptions): KeySource {
  let keys: KeyList | undefined;
  let version = '';
  let lookedAt = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | undefined;

  const look = async () => {
    try {
      const found = await readIfChanged(file, version);
      if (found) ({ keys, version } = found);
    } catch (error) {
      onFailure((error as NodeJS.ErrnoException).code ?? (error as Error).message);
    } finally {
      underWay = undefined;
    }
  };
  const refresh = (): Promise<void> | undefined => {
    if (!underWay && now() - lookedAt >= LOOK_MS) {
      lookedAt = now();
      underWay = look();
    }
    return underWay;
  };

  void refresh();
  return {
    find: async (hint) => {
      await refresh();
      if (!keys) throw keysUnavailable();
      return keys.find(hint);
    },
  };
}

/** The keys in a file whose state is not the given one. */
async function readIfChanged(file: string, version: string) {
  const handle = await open(file);
  try {
    const { mtimeMs, size, ino } = await handle.stat();
    const current = [mtimeMs, size, ino].join();
    if (current === version) return undefined;
    if (size > MOST_BYTES) throw new Error('too large');
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0);
    const keys = readKeyList(buffer.toString('utf8', 0, bytesRead));
    if (!keys) throw new Error('no keys in it');
    return { keys, version: current };
  } finally {
    await handle.close();
  }
}
