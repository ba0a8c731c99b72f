import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import type { ExportPage } from '../../bulk/export-pages.ts';
import { type Line, readLines } from '../../bulk/import/line-reader.ts';
import { LONGEST_LINE } from '../../bulk/import/read-item.ts';
import { ERRORS, type ErrorCode, ServiceError } from '../../errors.ts';
import { isJsonObject, type JsonObject, parseJsonObject } from '../../json/parse.ts';
import { readRemoteImport } from './remote-import.ts';
import type { BulkService } from './service.ts';

const IDLE_MS = 90_000;
const ITEM_LINES = ['{"item":', '{"Item":'].map((start) => Buffer.from(start));

/** A request to a service; the answer is whatever it says with status 200. Throws ServiceError. */
export type Send = (
  method: string,
  path: string,
  body?: AsyncIterable<Buffer>,
) => Promise<IncomingMessage>;

/** A running service, which decides by its own policy what whoever has the token may do. */
export function openRemote(url: string, token: string | undefined): BulkService {
  const send = createSend(url, token);
  return {
    sizeOf: async (table) => {
      const input = Buffer.from(JSON.stringify(table === undefined ? {} : { table }));
      const answer = await json(
        await send('POST', '/tools/describe_table', Readable.from([input])),
      );
      const { item_count: items, size_bytes: bytes } = isJsonObject(answer) ? answer : {};
      return items === null ? undefined : { items: Number(items), bytes: Number(bytes) };
    },
    export: async function* (parameters) {
      const query = new URLSearchParams(parameters);
      yield* pagesIn(await send('GET', `/bulk/export?${query}`));
    },
    import: (...asked) => readRemoteImport(send, ...asked),
    close: async () => {},
  };
}

function createSend(base: string, token: string | undefined): Send {
  const { protocol } = new URL(base);
  const start = protocol === 'https:' ? httpsRequest : httpRequest;
  return async (method, path, body) => {
    const target = new URL(base.replace(/\/+$/, '') + path);
    const headers = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': CONTENT_TYPES[path.startsWith('/bulk/') ? 'lines' : 'json'] }),
    };
    const request = start(target, { method, headers, timeout: IDLE_MS });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve).on('error', (error) => reject(unreachable(error)));
      request.once('timeout', () => request.destroy(new Error('Nothing came for long.')));
    });
    if (body)
      Readable.from(body, { objectMode: false })
        .on('error', () => request.destroy())
        .pipe(request);
    else request.end();
    const answer = await answered;
    if (answer.statusCode === 200) return answer;
    throw refusal(await json(answer).catch(() => undefined), answer.statusCode);
  };
}

const CONTENT_TYPES = { lines: 'application/x-ndjson', json: 'application/json' };

/** The pages of an export; throws what its last line says, and where there is none. */
async function* pagesIn(answer: IncomingMessage): AsyncGenerator<ExportPage, void, void> {
  let parts: Buffer[] = [];
  for await (const line of linesOf(answer)) {
    if (!line.bytes || line.bytes.length === 0) continue;
    if (ITEM_LINES.some((start) => line.bytes?.subarray(0, start.length).equals(start))) {
      parts.push(Buffer.concat([line.bytes, NEWLINE]));
      continue;
    }
    const { page, end, error } = parseJsonObject(line.bytes.toString());
    if (isJsonObject(page)) {
      const { cursor, items, consumed_capacity: units } = page;
      yield {
        lines: Buffer.concat(parts),
        items: Number(items),
        cursor: typeof cursor === 'string' ? cursor : null,
        consumedCapacity: typeof units === 'number' ? units : undefined,
      };
      parts = [];
    } else if (end) return;
    else throw refusal(error);
  }
  throw brokenOff();
}

const NEWLINE = Buffer.from('\n');

/** Each line of an answer; throws where the connection breaks. */
export async function* linesOf(answer: IncomingMessage): AsyncGenerator<Line, void, void> {
  try {
    for await (const some of readLines(answer, LONGEST_LINE)) yield* some;
  } catch (error) {
    throw unreachable(error);
  }
}

/** What a service says went wrong, as it said it. */
export function refusal(told: unknown, status?: number): ServiceError {
  const { code, error, retryable }: JsonObject = isJsonObject(told) ? told : {};
  if (typeof code !== 'string' || !Object.hasOwn(ERRORS, code)) {
    return new ServiceError('StorageUnavailable', `The service answered with status ${status}.`);
  }
  return new ServiceError(code as ErrorCode, String(error), { retryable: retryable === true });
}

/** A stream without its last line is not complete. */
export function brokenOff(): ServiceError {
  return new ServiceError('StorageUnavailable', 'The connection to the service was lost.');
}

function unreachable(cause: unknown): ServiceError {
  if (cause instanceof ServiceError) return cause;
  return new ServiceError('StorageUnavailable', 'The service cannot be reached.', { cause });
}
