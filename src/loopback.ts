const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1']);

/** Whether only this machine can reach what listens on the address. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host);
}
