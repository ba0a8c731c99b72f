import { readFileSync } from 'node:fs';
import { StartError } from './errors.ts';

const MOST_BYTES = 8_192;

/** What the operator wrote about the table; throws StartError for a file that cannot be shown. */
export function readTableGuide(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  const bytes = readFile(file);
  if (bytes.length > MOST_BYTES) {
    throw new StartError(
      `TABLE_GUIDE_FILE has ${bytes.length} bytes; at most ${MOST_BYTES} are allowed.`,
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim();
  } catch (error) {
    throw new StartError('TABLE_GUIDE_FILE is not UTF-8.', { cause: error });
  }
}

function readFile(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(`TABLE_GUIDE_FILE cannot be read: ${file} (${code}).`, { cause: error });
  }
}
