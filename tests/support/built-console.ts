import { buildConsole } from '../../scripts/build-console.ts';

/** Builds the console as it is in the source now, once for all tests of it. */
export default async function setup(): Promise<void> {
  await buildConsole();
}
