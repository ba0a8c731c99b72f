import { readFileSync } from 'node:fs';

/** The memory of a task. */
export const CONTAINER_MEGABYTES = 256;

/** Environment variables for Node and its memory allocator. */
export type Settings = Record<string, string>;

/** The image's own, with what its share of memory comes to in a container. */
export function imageSettings(): Settings {
  const [, block = ''] = readFileSync('Dockerfile', 'utf8').match(/^ENV ((?:.*\\\n)*.*)$/m) ?? [];
  const variables = [...block.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)];
  return Object.fromEntries(
    variables.map(([, name = '', quoted, plain = '']) => [
      name,
      (quoted ?? plain).replace(
        /--max-old-space-size-percentage=(\d+)/,
        (_, percent) => `--max-old-space-size=${Math.floor((CONTAINER_MEGABYTES * percent) / 100)}`,
      ),
    ]),
  );
}
