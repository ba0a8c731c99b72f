import type { Purpose } from '../../src/config/exposure.ts';
import { ConfigError, parseConfig } from '../../src/config.ts';

/** The problems that a configuration is refused for, a line each. */
export function configProblems(
  environment: Record<string, string>,
  purpose: Purpose = { local: false },
): string[] {
  try {
    parseConfig(environment, purpose);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [title, ...lines] = error.message.split('\n');
    if (title !== 'The configuration is not valid:') throw error;
    return lines.map((line) => line.trim());
  }
  return [];
}
