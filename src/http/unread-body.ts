import type { IncomingMessage } from 'node:http';
import { giveBack } from '../give-back.ts';

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_MS = 5_000;

/** Whether a request's body is still to come, in full or in part. */
export function hasUnreadBody(request: IncomingMessage): boolean {
  if (request.complete || request.destroyed) return false;
  const { headers } = request;
  return 'transfer-encoding' in headers || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Reads and throws away what is left of a request's body, up to a bound: a reply sent while the
 * caller still writes could reach it as a connection reset.
 */
export function discardUnreadBody(request: IncomingMessage, done: () => void): void {
  let bytes = 0;
  const stop = () => {
    clearTimeout(timer);
    request.off('data', count).off('end', stop).off('close', stop).off('error', stop);
    done();
  };
  const count = (chunk: Buffer) => {
    bytes += chunk.length;
    giveBack(chunk);
    if (bytes > MAX_BYTES) stop();
  };
  const timer = setTimeout(stop, MAX_MS);
  request.on('data', count).on('end', stop).on('close', stop).on('error', stop);
  request.resume();
}
