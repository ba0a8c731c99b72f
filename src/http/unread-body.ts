import type { IncomingMessage } from 'node:http';
import { giveBack } from '../give-back.ts';

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_MS = 30_000;

/** Whether a request's body is still to come, in full or in part. */
export function hasUnreadBody(request: IncomingMessage): boolean {
  if (request.complete || request.destroyed) return false;
  const { headers } = request;
  return 'transfer-encoding' in headers || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Reads and throws away what is left of a request's body while its reply is on the way and after it,
 * up to a bound. Closed sooner, the connection would be reset, and the reply lost to a caller who
 * reads it only after having sent everything.
 */
export function discardUnreadBody(request: IncomingMessage): void {
  const { socket } = request;
  let bytes = 0;
  let isLast = false;
  const stop = () => {
    clearTimeout(timer);
    request.off('data', count).off('end', stop).off('close', stop).off('error', stop);
    Reflect.deleteProperty(socket, 'destroySoon');
    if (isLast) socket.destroySoon();
  };
  const count = (chunk: Buffer) => {
    bytes += chunk.length;
    giveBack(chunk);
    if (bytes > MAX_BYTES) socket.destroy();
  };
  const timer = setTimeout(() => socket.destroy(), MAX_MS);
  request.on('data', count).on('end', stop).on('close', stop).on('error', stop);
  request.resume();
  // Node closes a connection behind its last reply, whatever is still coming in.
  socket.destroySoon = () => {
    isLast = true;
    // Nothing comes of whoever asked first and was told no.
    if (request.headers.expect !== undefined) socket.end();
  };
}
