import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { buildConsole } from './build-console.ts';
import { bundleHead } from './bundle-head.ts';

// One file that needs no node_modules: dist/cli.js, with the licences of what is inside. It is
// CommonJS, which starts faster and in less memory: an ES module that imports node:http loads all
// that Node can export from it, its WebSocket client included.

await rm('dist', { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: ['src/cli.ts'],
  outfile: 'dist/cli.js',
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: true,
  sourcesContent: false,
  external: ['dynalite'],
  define: { 'import.meta.url': 'bundleUrl' },
  banner: { js: bundleHead() },
  metafile: true,
  logLevel: 'warning',
});
const ofConsole = await buildConsole();
await writeFile('dist/package.json', '{"type":"commonjs"}\n');
await copyFile('infrastructure/DYNAMODB_SCHEMA.md', 'dist/DYNAMODB_SCHEMA.md');
await writeFile(
  'dist/THIRD-PARTY-LICENSES.txt',
  await licences([...Object.keys(metafile.inputs), ...ofConsole]),
);

/** The licence texts of the packages that the files belong to. */
async function licences(files: string[]): Promise<string> {
  const folders = new Set(
    files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []),
  );
  const texts = await Promise.all([...folders].sort().map(licence));
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

async function licence(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(
    await readFile(path.join(folder, 'package.json'), 'utf8'),
  );
  const [file] = (await readdir(folder)).filter((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? await readFile(path.join(folder, file), 'utf8') : '';
  return `${name} ${version} (${license})\n\n${text}`;
}
