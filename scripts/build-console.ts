import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';

// The console, from src/console into dist/console: a page, one script, one style sheet, each also
// compressed. node scripts/build-console.ts

const OUT = 'dist/console';

/** Builds the console. */
export async function buildConsole(): Promise<void> {
  await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  await build({
    entryPoints: { app: 'src/console/main.tsx' },
    outdir: OUT,
    bundle: true,
    minify: true,
    platform: 'browser',
    format: 'esm',
    target: ['chrome114', 'firefox135', 'safari18.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'warning',
  });
  await copyFile('src/console/index.html', path.join(OUT, 'index.html'));
  for (const name of await readdir(OUT)) {
    const file = path.join(OUT, name);
    const compressed = brotliCompressSync(await readFile(file), {
      params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
    });
    await writeFile(`${file}.br`, compressed);
  }
}

if (import.meta.main) await buildConsole();
