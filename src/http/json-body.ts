import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { invalid, ServiceError } from '../errors.ts';
import { parseJson } from '../json/parse.ts';

const BYTE_ORDER_MARK = 0xfeff;

/** Makes JSON the only body that is read: UTF-8, numbers kept exactly, an empty body undefined. */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    (request, body: Buffer, done) => {
      let parsed: unknown;
      try {
        parsed = readBody(request, body);
      } catch (error) {
        return done(error as Error);
      }
      done(null, parsed);
    },
  );
}

function readBody({ headers }: FastifyRequest, body: Buffer): unknown {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    throw new ServiceError('UnsupportedMediaType', 'The body must not be compressed.');
  }
  return body.length === 0 ? undefined : parseBody(body);
}

function parseBody(body: Buffer): unknown {
  const text = decodeUtf8(body);
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof RangeError) throw invalid('', 'The body is nested too deeply.');
    throw invalid('', 'The body is not valid JSON.');
  }
}

function decodeUtf8(body: Buffer): string {
  if (!isUtf8(body)) throw invalid('', 'The body is not valid UTF-8.');
  const text = body.toString();
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
}
