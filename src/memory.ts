import { getHeapStatistics } from 'node:v8';
import { Budget } from './dynamodb/calls/budget.ts';

/** What requests under way may take of the heap, together and in parts. */
export interface MemoryBudgets {
  /** Request bodies, from their first byte until they are answered. */
  readonly bodies: Budget;
  /** Pages that walks hold while they read on. */
  readonly pages: Budget;
  /** Replies that are being sent. */
  readonly replies: Budget;
  /** Exports and imports, as long as they last. */
  readonly streams: Budget;
}

/** Shares of the heap's limit: the rest is for the service itself, and for what is parsed at the moment. */
const SHARES = { bodies: 0.2, pages: 0.1, replies: 0.1, streams: 0.25 };

/** The budgets that fit the memory that this process has. */
export function memoryBudgets(): MemoryBudgets {
  const { heap_size_limit: limit } = getHeapStatistics();
  return {
    bodies: new Budget(limit * SHARES.bodies),
    pages: new Budget(limit * SHARES.pages),
    replies: new Budget(limit * SHARES.replies),
    streams: new Budget(limit * SHARES.streams),
  };
}
