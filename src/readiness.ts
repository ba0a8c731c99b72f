import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { withCall } from './dynamodb/calls/call.ts';
import type { Gateway } from './dynamodb/gateway.ts';

const DEADLINE_MS = 2_000;
const REMEMBERED_MS = 2_000;

/** A check of the table that many probes can ask at once: the answer is remembered for 2 s. */
export function createReadiness(gateway: Gateway, log: Logger): () => Promise<boolean> {
  let checkedAt = Number.NEGATIVE_INFINITY;
  let answer: Promise<boolean> | undefined;
  const probe = async () => {
    const options = { requestId: randomUUID(), caller: 'readiness', isProbe: true };
    try {
      return await withCall({ ...options, deadlineMs: DEADLINE_MS, log }, (call) =>
        gateway.isReady(call),
      );
    } catch (error) {
      log.error({ err: error }, 'The check of the table failed');
      return false;
    }
  };
  return () => {
    if (!answer || performance.now() - checkedAt > REMEMBERED_MS) {
      checkedAt = performance.now();
      answer = probe();
    }
    return answer;
  };
}
