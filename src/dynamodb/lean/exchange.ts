import type { CancellationSignal } from '../calls/cancellation.ts';
import type { AnswerReader, HttpAnswer } from './http-answer.ts';

/** An exchange that is under way. */
export interface Exchange {
  readonly request: Buffer;
  readonly reader: AnswerReader;
  readonly signal: CancellationSignal;
  /** How long the answer is, once that is known and it has its room, or waits for it. */
  length: number | undefined;
  /** Whether the request was handed to the system. */
  written: boolean;
  resolve(answer: HttpAnswer): void;
  reject(error: Error): void;
}

/** Why an exchange has no answer, where nobody knows more. */
export function connectionLost(): Error {
  return Object.assign(new Error('The connection ended before the answer.'), {
    code: 'ECONNRESET',
  });
}
