/** Prints a line for each check and counts them. */
export interface Report {
  /** Runs a check; what it returns stands behind its name, what it throws makes it fail. */
  check(name: string, run: () => Promise<string>): Promise<void>;
  /** Prints how many passed; true if all did. */
  summary(): boolean;
}

/** A report that ends at once, with the reason, when the signal is aborted. */
export function createReport(signal: AbortSignal): Report {
  let passed = 0;
  let failed = 0;
  return {
    check: async (name, run) => {
      try {
        const found = await run();
        passed += 1;
        print(`✓ ${name}: ${found}`);
      } catch (error) {
        signal.throwIfAborted();
        failed += 1;
        print(`✗ ${name}: ${error instanceof Error ? error.message : error}`);
      }
    },
    summary: () => {
      print(`${passed} passed, ${failed} failed`);
      return failed === 0;
    },
  };
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
