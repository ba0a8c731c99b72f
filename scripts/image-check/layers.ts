import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Run } from './containers.ts';
import type { Docker } from './docker.ts';

const execute = promisify(execFile);

/** A file of the image's own layers: its path in the image, where its copy lies, its size. */
export interface LayerFile {
  name: string;
  copy: string;
  bytes: number;
}

/** Every file that the image adds to its base, those that a later layer hides included. */
export async function applicationFiles(docker: Docker, run: Run): Promise<LayerFile[]> {
  const [base, all] = [await layerIds(docker, run.base), await layerIds(docker, run.image)];
  if (base.some((id, index) => all[index] !== id)) throw new Error('The image has another base');
  const archive = path.join(run.folder, 'image.tar');
  await docker('save', `--output=${archive}`, run.image);
  await extract(archive, run.folder, 'manifest.json');
  const manifest = await readFile(path.join(run.folder, 'manifest.json'), 'utf8');
  const [{ Layers: layers }] = JSON.parse(manifest) as [{ Layers: string[] }];
  const files = [];
  for (const layer of layers.slice(base.length)) {
    await extract(archive, run.folder, layer);
    const folder = path.join(run.folder, 'layers', layer.replaceAll('/', '-'));
    await mkdir(folder, { recursive: true });
    await extract(path.join(run.folder, layer), folder);
    files.push(...(await listFiles(folder)));
  }
  return files;
}

/** What an image is made of, the lowest first. */
async function layerIds(docker: Docker, image: string): Promise<string[]> {
  return JSON.parse(await docker('image', 'inspect', '--format={{json .RootFS.Layers}}', image));
}

/** Unpacks an archive, or one file of it, compressed or not. */
async function extract(archive: string, folder: string, ...files: string[]): Promise<void> {
  await execute('tar', ['-xf', archive, '-C', folder, ...files]);
}

async function listFiles(folder: string): Promise<LayerFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => !entry.isDirectory())
      .map(async (entry) => {
        const copy = path.join(entry.parentPath, entry.name);
        const { size } = entry.isFile() ? await stat(copy) : { size: 0 };
        return { name: path.relative(folder, copy), copy, bytes: size };
      }),
  );
}
