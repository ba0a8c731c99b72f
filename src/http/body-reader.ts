import type { FastifyRequest } from 'fastify';
import type { Budget } from '../dynamodb/calls/budget.ts';
import { ServiceError } from '../errors.ts';
import { giveBack } from '../give-back.ts';
import { ARRAY, COMMA, OBJECT } from '../json/characters.ts';
import { answerTo } from './connections.ts';

/** Bodies up to this size are little, however many there are. */
const SMALL_BYTES = 2_048;
/** A byte is held as text and, until it is sent on, in what is made of it. */
const BYTE_WEIGHT = 2;
/** What a value takes besides its text. */
const VALUE_WEIGHT = 64;
/** So many values are parsed and looked at in a fraction of a second, however long the body may be. */
const MOST_VALUES = 500_000;
/** Whole bodies have more bytes for each of their values than this. */
const LEAST_BYTES = 16;
const LEAST_VALUES = 16_384;

/** Called with a body, whole, or with why there is none. */
type Done = (error: Error | null, body?: Buffer) => void;

/**
 * Reads a request's body within the limit of its route, and within what all bodies may take
 * together until they are answered.
 */
export function readWhole(
  request: FastifyRequest,
  limit: number,
  budget: Budget,
  done: Done,
): void {
  const { raw, principal } = request;
  const { share: caller } = principal;
  const pieces: Buffer[] = [];
  let length = 0;
  let held = 0;
  const hold = (amount: number): void => {
    if (!budget.couldHold(held + amount)) throw tooLarge();
    if (!budget.take(caller, amount)) {
      throw new ServiceError('Overloaded', 'The service holds too many large requests; try later.');
    }
    if (held === 0) answerTo(raw)?.once('close', () => budget.give(caller, held));
    held += amount;
  };
  const finish: Done = (error, body) => {
    raw.off('data', take).off('end', end).off('error', finish).off('close', cut);
    if (error) pieces.forEach(giveBack);
    done(error, body);
  };
  const attempt = (step: () => void) => {
    try {
      step();
    } catch (error) {
      finish(error as Error);
    }
  };
  const take = (piece: Buffer) =>
    attempt(() => {
      length += piece.length;
      if (length > limit) throw tooLarge();
      pieces.push(piece);
      if (length > SMALL_BYTES) hold(piece.length * BYTE_WEIGHT);
    });
  const end = () =>
    attempt(() => {
      const body = join(pieces, length);
      if (length > SMALL_BYTES) hold(countValues(body, mostValues(limit)) * VALUE_WEIGHT);
      finish(null, body);
    });
  const cut = () =>
    finish(new ServiceError('ValidationError', 'The request ended before its body was complete.'));
  if (Number(request.headers['content-length'] ?? 0) > limit) {
    done(tooLarge());
    return;
  }
  // Whoever asks before sending is asked to, now that the length is known to be within the limit.
  if (/^100-continue$/i.test(raw.headers.expect ?? '')) answerTo(raw)?.writeContinue();
  raw.on('data', take).on('end', end).on('error', finish).on('close', cut);
}

function mostValues(limit: number): number {
  return Math.min(Math.max(limit / LEAST_BYTES, LEAST_VALUES), MOST_VALUES);
}

function join(pieces: Buffer[], length: number): Buffer {
  const [first = Buffer.alloc(0), ...more] = pieces;
  if (more.length === 0) return first;
  const body = Buffer.concat(pieces, length);
  pieces.forEach(giveBack);
  return body;
}

/** The values in a JSON text, or a few more: strings are not told apart. Throws TooLarge past `most`. */
function countValues(body: Buffer, most: number): number {
  let values = 0;
  // An iterator would take ten times as long.
  for (let at = 0; at < body.length && values <= most; at++) {
    const byte = body[at];
    if (byte === COMMA || byte === OBJECT || byte === ARRAY) values++;
  }
  if (values > most) {
    throw new ServiceError(
      'TooLarge',
      'The body holds more values than the service accepts at once.',
    );
  }
  return values;
}

function tooLarge(): ServiceError {
  return new ServiceError('TooLarge', 'The body is larger than the service accepts.');
}
