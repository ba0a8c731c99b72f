import { invalid } from '../../errors.ts';
import { UnreadExpression } from './token-reader.ts';

const LONGEST_SHOWN = 64;

/** What a reading of an expression finds; an expression that cannot be read is a ValidationError. */
export function readable<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UnreadExpression)) throw error;
    const at = error.message === '' ? 'its end' : `"${error.message.slice(0, LONGEST_SHOWN)}"`;
    throw invalid(path, `the expression cannot be read at ${at}`);
  }
}
