import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Bulk } from '../../bulk/bulk.ts';
import type { BulkCaller } from '../../bulk/tool-calls.ts';
import type { Budget } from '../../dynamodb/calls/budget.ts';
import { Cancellation, type CancellationSignal } from '../../dynamodb/calls/cancellation.ts';
import { ServiceError } from '../../errors.ts';
import type { OriginOf } from '../origin.ts';
import { addExportRoute } from './export-route.ts';
import { addImportRoute } from './import-route.ts';

/** What a stream holds at most: pages on their way, or lines under way, and what is made of them. */
const STREAM_WEIGHT = 8_388_608;

/** What the routes of exports and imports need to know. */
export interface BulkRouteOptions {
  readonly bulk: Bulk;
  /** What all streams may take together. */
  readonly streams: Budget;
  /** Aborts when the service stops. */
  readonly draining: CancellationSignal;
  readonly originOf: OriginOf | undefined;
  readonly log: Logger;
}

/** A stream of a caller, counted as long as it lasts. */
export interface Stream {
  readonly caller: BulkCaller;
  /** Aborts when the caller hangs up. */
  readonly hangUp: Cancellation;
}

/** Serves `GET /bulk/export` and `POST /bulk/import`. */
export function addBulkRoutes(app: FastifyInstance, options: BulkRouteOptions): void {
  addExportRoute(app, options);
  addImportRoute(app, options);
}

/** Lets a stream in; throws Overloaded where there are too many. */
export function openStream(
  request: FastifyRequest,
  { raw: response }: FastifyReply,
  { streams, originOf }: BulkRouteOptions,
): Stream {
  const { principal, id: requestId, trace } = request;
  // The first gets through, however little memory there is.
  if (!streams.isUnused && !streams.has(principal.share, STREAM_WEIGHT)) {
    throw new ServiceError('Overloaded', 'Too many exports and imports are running; try later.');
  }
  streams.force(principal.share, STREAM_WEIGHT);
  const hangUp = new Cancellation();
  response.once('close', () => {
    streams.give(principal.share, STREAM_WEIGHT);
    if (!response.writableFinished) hangUp.abort();
  });
  const origin = originOf?.('bulk', request);
  return { caller: { principal, requestId, origin, trace, hangUp }, hangUp };
}
