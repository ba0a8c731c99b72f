let last = Promise.resolve();

/** Waits for a turn of the event loop that nobody else who asked here has; in the order of asking. */
export function ownTurn(): Promise<void> {
  last = last.then(() => new Promise((resolve) => setImmediate(resolve)));
  return last;
}
