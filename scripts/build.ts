import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

// One file that needs no node_modules: dist/cli.js, with the licences of what is inside.

await rm('dist', { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: ['src/cli.ts'],
  outfile: 'dist/cli.js',
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: true,
  sourcesContent: false,
  external: ['dynalite'],
  // Some dependencies are CommonJS and call require for Node's own modules.
  banner: {
    js: [
      "import { createRequire as createBundleRequire } from 'node:module';",
      'const require = createBundleRequire(import.meta.url);',
      "if (Number(process.versions.node.split('.')[0]) < 24) {",
      "  console.error('This needs Node 24; this is ' + process.version + '.');",
      '  process.exit(1);',
      '}',
    ].join('\n'),
  },
  metafile: true,
  logLevel: 'warning',
});
await copyFile('infrastructure/DYNAMODB_SCHEMA.md', 'dist/DYNAMODB_SCHEMA.md');
await writeFile('dist/THIRD-PARTY-LICENSES.txt', await licences(Object.keys(metafile.inputs)));

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
