import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const ROOT = path.join(import.meta.dirname, '../..');
const CODE = /\.tsx?$/;

test('every file of code is type-checked by `npm run typecheck`', () => {
  const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const projects = [
    '.',
    ...scripts.typecheck.matchAll(/tsc -p (\S+)/g).map(([, at]: string[]) => at),
  ];
  const checked = new Set([...projects, 'infrastructure'].flatMap(filesOf));

  const code = ['src', 'tests', 'scripts', 'bench', 'infrastructure'].flatMap(codeIn);

  expect(code.filter((file) => !checked.has(file))).toEqual([]);
});

function codeIn(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(
      (file) => CODE.test(file) && !file.includes('node_modules') && !file.includes('cdk.out'),
    )
    .map((file) => path.join(folder, file));
}

function filesOf(project: string): string[] {
  const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  const listed = run(process.execPath, [tsc, '-p', project, '--listFilesOnly', '--noResolve']);
  return listed.map((file) => path.relative(ROOT, path.resolve(ROOT, file)));
}

function run(command: string, args: string[]): string[] {
  return execFileSync(command, args, { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
}
