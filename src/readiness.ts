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
  return () => {
    if (!answer || performance.now() - checkedAt > REMEMBERED_MS) {
      checkedAt = performance.now();
      answer = withCall({ requestId: randomUUID(), deadlineMs: DEADLINE_MS, log }, (call) =>
        gateway.isReady(call),
      );
    }
    return answer;
  };
}
