import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const LOCKFILE = 'package-lock.json';

/** A bundle of another revision, and what takes it away again. */
export interface OtherBundle {
  /** Its entry. */
  cli: string;
  remove(): void;
}

/** Builds the bundle of a revision in a folder of its own, with what it was locked to. */
export function buildBundleOf(revision: string): OtherBundle {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-against-'));
  const checkout = path.join(folder, 'checkout');
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { cwd: checkout, stdio: ['ignore', 'ignore', 'inherit'] });
  execFileSync('git', ['worktree', 'add', '--detach', checkout, revision], { stdio: 'ignore' });
  const remove = () => {
    execFileSync('git', ['worktree', 'remove', '--force', checkout]);
    rmSync(folder, { recursive: true });
  };
  try {
    if (readFileSync(path.join(checkout, LOCKFILE), 'utf8') === readFileSync(LOCKFILE, 'utf8')) {
      symlinkSync(path.resolve('node_modules'), path.join(checkout, 'node_modules'));
    } else {
      run('npm', 'ci', '--ignore-scripts', '--workspaces=false');
    }
    run(process.execPath, 'scripts/build.ts');
  } catch (error) {
    remove();
    throw error;
  }
  return { cli: path.join(checkout, 'dist/cli.js'), remove };
}
