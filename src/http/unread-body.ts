import type { IncomingMessage } from 'node:http';

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_MS = 5_000;

/**
 * Reads and throws away what is left of a request's body, up to a bound: a reply sent while the
 * caller still writes could reach it as a connection reset.
 */
export function discardUnreadBody(request: IncomingMessage): Promise<void> {
  const { headers } = request;
  const hasBody = 'transfer-encoding' in headers || Number(headers['content-length'] ?? 0) > 0;
  if (!hasBody || request.complete || request.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let bytes = 0;
    const stop = () => {
      clearTimeout(timer);
      request.off('data', count).off('end', stop).off('close', stop).off('error', stop);
      resolve();
    };
    const count = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) stop();
    };
    const timer = setTimeout(stop, MAX_MS);
    request.on('data', count).on('end', stop).on('close', stop).on('error', stop);
    request.resume();
  });
}
