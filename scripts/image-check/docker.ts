import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs the Docker client; gives what it printed, trimmed, and throws with what it complained of. */
export type Docker = (...args: string[]) => Promise<string>;

/** A Docker client whose running commands end when the signal is aborted. */
export function createDocker(signal?: AbortSignal): Docker {
  return async (...args) => {
    const { stdout } = await run('docker', args, {
      ...(signal && { signal }),
      // Older clients build with BuildKit only when they are told to.
      env: { ...process.env, DOCKER_BUILDKIT: '1' },
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout.trim();
  };
}

/** Why no Docker engine answers, or undefined when one does. */
export async function missingEngine(docker: Docker): Promise<string | undefined> {
  try {
    await docker('version', '--format', '{{.Server.Version}}');
    return undefined;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return text.trim().split('\n').at(-1);
  }
}
