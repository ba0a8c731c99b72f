import { accessSync, constants, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { StartError } from '../errors.ts';
import type { EngineName } from './engine.ts';

/** The engine to start; Dynoxide with its binary. */
export type EngineChoice = { name: 'dynoxide'; binary: string } | { name: 'dynalite' };

/** The engine that was asked for, else Dynoxide where its binary is there, else dynalite. */
export function chooseEngine(
  wanted: EngineName | undefined,
  searchPath: string | undefined,
): EngineChoice {
  if (wanted === 'dynalite') return { name: 'dynalite' };
  const binary = packagedBinary() ?? binaryOnPath(searchPath);
  if (binary) return { name: 'dynoxide', binary };
  if (wanted === undefined) return { name: 'dynalite' };
  throw new StartError(
    'LOCAL_ENGINE=dynoxide needs Dynoxide, which is neither installed with npm ci here nor on the PATH.',
  );
}

/** The binary of the optional package for this platform. */
function packagedBinary(): string | undefined {
  const name = `@dynoxide/${process.platform}-${process.arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    return executable(join(dirname(manifest), 'dynoxide'));
  } catch {
    return undefined;
  }
}

/** A `dynoxide` in one of the folders of the PATH; not on Windows, which has no shell to watch it. */
function binaryOnPath(searchPath = ''): string | undefined {
  if (process.platform === 'win32') return undefined;
  const folders = searchPath.split(delimiter).filter(Boolean);
  return folders.map((folder) => executable(join(folder, 'dynoxide'))).find(Boolean);
}

function executable(file: string): string | undefined {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}
