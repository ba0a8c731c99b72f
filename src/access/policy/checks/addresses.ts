import { isIPv4 } from 'node:net';

/** What is wrong with the address of an issuer or its keys; undefined for a good one. */
export function addressProblem(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol))
    return 'must be a URL such as https://auth.example.com';
  if (url.username || url.password || url.hash) return 'must be a URL without a password or "#"';
  return url.protocol === 'https:' || isLoopback(url.hostname)
    ? undefined
    : 'must be https, except on this machine';
}

/** What is wrong with the service's own address; undefined for a good one. */
export function originProblem(text: string): string | undefined {
  const problem = addressProblem(text);
  if (problem) return problem;
  const { origin, href } = new URL(text);
  return href === `${origin}/` ? undefined : 'must be without a path, as in https://db.example.com';
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    (isIPv4(hostname) && hostname.startsWith('127.'))
  );
}
