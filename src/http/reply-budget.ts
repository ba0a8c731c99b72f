import type { ServerResponse } from 'node:http';
import type { Budget } from '../dynamodb/calls/budget.ts';
import { ServiceError } from '../errors.ts';

/** Replies up to this size are little, however many there are. */
const SMALL_LENGTH = 65_536;
/** A reply is held twice while it is sent: as text and as bytes, or as what its bytes were made of. */
const WEIGHT = 2;

/** Refuses a call while earlier replies wait for readers and fill what all may take together. */
export function refuseWhenFull(budget: Budget, caller: string): void {
  if (!budget.has(caller, SMALL_LENGTH)) throw full();
}

/**
 * Counts a large reply until it is read or given up. One that there is no room for is thrown away,
 * and refused, where the call can be repeated; what a write did has to be told.
 */
export function holdReply(
  budget: Budget,
  caller: string,
  reply: { response: ServerResponse; body: string | Buffer; repeatable: boolean },
): void {
  const { response, body, repeatable } = reply;
  // Nobody holds what goes nowhere.
  if (body.length <= SMALL_LENGTH || response.req.socket.destroyed) return;
  const weight = body.length * WEIGHT;
  // The largest has to get through too, when it is alone.
  if (repeatable && !budget.isUnused && !budget.has(caller, weight)) throw full();
  budget.force(caller, weight);
  response.once('close', () => budget.give(caller, weight));
}

function full(): ServiceError {
  return new ServiceError('Overloaded', 'Too many replies are waiting to be read; try later.');
}
