const CONCURRENCY = 32;

/** Runs a call so often, warmed up before, and prints the microseconds of CPU time of one. */
export async function measureLoop(
  calls: number,
  call: (n: number) => Promise<unknown>,
): Promise<void> {
  await run(calls, call);
  const before = process.cpuUsage();
  await run(calls, call);
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(`${(user + system) / calls}\n`);
  process.exit(0);
}

async function run(calls: number, call: (n: number) => Promise<unknown>): Promise<void> {
  let n = 0;
  const worker = async () => {
    while (n < calls) await call(n++);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}
