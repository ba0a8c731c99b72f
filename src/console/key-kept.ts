const KEPT = 'dynamodb-console-key';
/** What a header can carry, and all that keys and tokens are made of. */
const VISIBLE_ASCII = /^[!-~]+$/;

let key = kept((storage) => storage.getItem(KEPT)) ?? undefined;

/** Takes an API key or a token, kept for this tab where that is wished, else in memory; false where it can be none. */
export function takeKey(given: string, keep: boolean): boolean {
  const trimmed = given.trim();
  if (!VISIBLE_ASCII.test(trimmed)) return false;
  key = trimmed;
  kept((storage) => (keep ? storage.setItem(KEPT, trimmed) : storage.removeItem(KEPT)));
  return true;
}

/** Whether there is a key. */
export function hasKey(): boolean {
  return key !== undefined;
}

/** Forgets the key. */
export function forgetKey(): void {
  key = undefined;
  kept((storage) => storage.removeItem(KEPT));
}

/** The header that requests carry the key in. */
export function keyHeaders(): Record<string, string> {
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}

/** Uses the tab's storage, where the browser lets pages have one. */
function kept<Result>(use: (storage: Storage) => Result): Result | undefined {
  try {
    return use(sessionStorage);
  } catch {
    return undefined;
  }
}
