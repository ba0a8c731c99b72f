import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import type { Budget } from '../dynamodb/calls/budget.ts';
import { invalid, ServiceError } from '../errors.ts';
import { giveBack } from '../give-back.ts';
import { parseJson } from '../json/parse.ts';
import { readWhole } from './body-reader.ts';

const BYTE_ORDER_MARK = 0xfeff;

/** Makes JSON the only body that is read: UTF-8, numbers kept exactly, an empty body undefined. */
export function readJsonBodies(app: FastifyInstance, budget: Budget): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', (request, _payload, done) => {
    const encoding = request.headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity') {
      const sentence = 'The body must not be compressed.';
      return done(new ServiceError('UnsupportedMediaType', sentence));
    }
    readWhole(request, request.routeOptions.bodyLimit, budget, (failure, body) => {
      if (failure || !body) return done(failure);
      let parsed: unknown;
      try {
        parsed = parseBody(body);
      } catch (error) {
        return done(error as Error);
      }
      done(null, parsed);
    });
  });
}

function parseBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  const text = decodeUtf8(body);
  giveBack(body);
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
