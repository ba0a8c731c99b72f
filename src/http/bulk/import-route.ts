import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { chunksOf, StreamStalled, unzipped } from '../../bulk/import/body-chunks.ts';
import type { FailedLine } from '../../bulk/import/entry.ts';
import type { LineImport } from '../../bulk/import/import-lines.ts';
import { readLines } from '../../bulk/import/line-reader.ts';
import { LONGEST_LINE } from '../../bulk/import/read-item.ts';
import { IMPORT, readParameters } from '../../bulk/parameters.ts';
import { invalid, ServiceError } from '../../errors.ts';
import { whileSlow } from '../connections.ts';
import { logDefect } from '../error-replies.ts';
import { discardUnreadBody, hasUnreadBody } from '../unread-body.ts';
import { type BulkRouteOptions, openStream } from './bulk-routes.ts';
import { LineReply } from './line-reply.ts';

/** Of failures that nobody reads so much may wait. */
const MOST_WAITING = 4_194_304;
const PROGRESS_MS = 1_000;
/** Whoever neither sends nor reads is cut off within 90 s; empty lines are written, read or not. */
const MOST_SILENCE_MS = 80_000;
const CONTENT_TYPE = 'application/x-ndjson';
/** Lines by any name that they have; gzip tells itself. */
const TAKEN =
  /^(application\/(x-ndjson|jsonl|x-jsonlines|json|gzip|x-gzip|octet-stream)|text\/plain)\b/i;

export function addImportRoute(app: FastifyInstance, options: BulkRouteOptions): void {
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    // The body is read line by line, by whoever imports it.
    scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
    scope.post('/bulk/import', (request, reply) => importBody(request, reply, options));
    done();
  });
}

async function importBody(
  request: FastifyRequest,
  reply: FastifyReply,
  options: BulkRouteOptions,
): Promise<FastifyReply> {
  const asked = readParameters(IMPORT, request.query, 'an import');
  refuseOtherBodies(request);
  const { caller, hangUp } = openStream(request, reply, options);
  const out = new LineReply(reply, { contentType: CONTENT_TYPE, gzip: false, keepsAlive: true });
  const lines = await options.bulk.import(asked, caller, {
    ending: options.draining,
    report: (failed) => report(failed, out, lines),
  });
  const { raw } = request;
  hangUp.addEventListener('abort', () => lines.stop(gone()));
  whileSlow(raw.socket, reply.raw);
  if (/^100-continue$/i.test(raw.headers.expect ?? '')) reply.raw.writeContinue();
  out.open();
  const timer = setInterval(tellProgress(lines, out), PROGRESS_MS);
  const failure = await lines.run(linesOf(raw, lines));
  clearInterval(timer);
  if (failure) logDefect(options.log, failure, request);
  const { principal } = caller;
  const { state } = lines;
  options.log.info(
    { request_id: request.id, principal: principal.name, ...state, code: failure?.code },
    'Import ended',
  );
  if (hasUnreadBody(raw)) discardUnreadBody(raw);
  out.end(lastLine(state, failure, asked.dry_run));
  return reply;
}

function lastLine(state: LineImport['state'], failure: ServiceError | undefined, dryRun = false) {
  const told = { ...(dryRun && { dry_run: true }), ...state };
  if (!failure) return `${JSON.stringify({ end: told })}\n`;
  const { code, message: error, retryable } = failure;
  return `${JSON.stringify({ error: { code, error, retryable, ...told } })}\n`;
}

/** Sends what became of a line, unless nobody reads it: then the import ends. */
function report(failed: FailedLine, out: LineReply, lines: LineImport): void {
  if (out.waiting > MOST_WAITING) {
    lines.stop(
      new ServiceError('Overloaded', 'The failures that the import reports are not being read.'),
    );
  }
  void out.write(`${JSON.stringify({ failed })}\n`).catch(() => {});
}

/** Says how far the import is, where it has come further. */
function tellProgress(lines: LineImport, out: LineReply): () => void {
  let last = lines.state.durable_through_line;
  return () => {
    const { state } = lines;
    if (state.durable_through_line === last) return;
    last = state.durable_through_line;
    out.push(`${JSON.stringify({ progress: state })}\n`);
  };
}

async function* linesOf(body: IncomingMessage, { stopped }: LineImport) {
  try {
    const chunks = chunksOf(body, stopped, MOST_SILENCE_MS);
    yield* readLines(unzipped(chunks, stopped), LONGEST_LINE);
  } catch (error) {
    if (error instanceof StreamStalled)
      throw invalid('', 'No more of the body arrived for too long.');
    if (error instanceof ServiceError || !body.destroyed) throw error;
    throw gone();
  }
}

function refuseOtherBodies({ headers }: FastifyRequest): void {
  const type = headers['content-type'];
  if (type !== undefined && !TAKEN.test(type)) {
    throw new ServiceError(
      'UnsupportedMediaType',
      `Send the lines with "Content-Type: ${CONTENT_TYPE}".`,
    );
  }
  const coding = headers['content-encoding'] ?? 'identity';
  if (coding !== 'identity' && coding !== 'gzip') {
    throw new ServiceError('UnsupportedMediaType', 'The body may be compressed with gzip only.');
  }
}

function gone(): ServiceError {
  return new ServiceError('ValidationError', 'The request ended before its body was complete.');
}
