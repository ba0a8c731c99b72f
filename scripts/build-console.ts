import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';

// The console, from src/console into dist/console: a page, one script, one style sheet, each also
// compressed. node scripts/build-console.ts

const OUT = 'dist/console';
const SWAGGER_UI = 'node_modules/swagger-ui-dist';
const COPIED: [from: string, to: string][] = [
  ['src/console/index.html', 'index.html'],
  ['src/console/docs/docs.html', 'docs.html'],
  [`${SWAGGER_UI}/swagger-ui-bundle.js`, 'swagger-ui.js'],
  [`${SWAGGER_UI}/swagger-ui.css`, 'swagger-ui.css'],
  [`${SWAGGER_UI}/LICENSE`, 'swagger-ui.LICENSE.txt'],
];
/** What is larger is compressed a little less: the last per cent would take seconds. */
const LARGE_BYTES = 500_000;

/** Builds the console; returns the files that it is made of. */
export async function buildConsole(): Promise<string[]> {
  await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  const { metafile } = await build({
    entryPoints: { app: 'src/console/main.tsx', docs: 'src/console/docs/docs.ts' },
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
    metafile: true,
  });
  for (const [from, to] of COPIED) await copyFile(from, path.join(OUT, to));
  for (const name of await readdir(OUT)) {
    const file = path.join(OUT, name);
    const content = await readFile(file);
    const quality = content.length > LARGE_BYTES ? 9 : constants.BROTLI_MAX_QUALITY;
    const params = { [constants.BROTLI_PARAM_QUALITY]: quality };
    await writeFile(`${file}.br`, brotliCompressSync(content, { params }));
  }
  return Object.keys(metafile.inputs);
}

if (import.meta.main) await buildConsole();
