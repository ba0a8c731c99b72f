import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file of the console, as it is sent. */
export interface Asset {
  readonly type: string;
  readonly etag: string;
  readonly plain: Buffer;
  /** Compressed when it was built; undefined where that gains nothing. */
  readonly brotli: Buffer | undefined;
}

// Beside the bundle, or where a checkout has built it.
const PLACES = ['./console/', '../../../dist/console/'];

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Finds the files of the console, each read when it is first asked for; undefined where it has not been built. */
export function findAssets(): ((name: string) => Asset | undefined) | undefined {
  const folder = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url))).find(
    existsSync,
  );
  if (folder === undefined) return undefined;
  const names = readdirSync(folder).filter((name) => Object.hasOwn(TYPES, extname(name)));
  const assets = new Map(names.map((name) => [name, once(() => readAsset(join(folder, name)))]));
  return (name) => assets.get(name)?.();
}

function once<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function readAsset(file: string): Asset {
  const plain = readFileSync(file);
  const compressed = `${file}.br`;
  return {
    type: TYPES[extname(file)] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(plain).digest('base64url')}"`,
    plain,
    brotli: existsSync(compressed) ? readFileSync(compressed) : undefined,
  };
}
