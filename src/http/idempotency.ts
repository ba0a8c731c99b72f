import type { FastifyRequest } from 'fastify';
import { invalid } from '../errors.ts';
import { isJsonObject } from '../json/parse.ts';
import type { AnyTool } from '../tools/tool.ts';

const FIELD = 'idempotency_key';

/** The input of a tool in the body of a request, with the key of its `Idempotency-Key` header. */
export function withIdempotencyKey(tool: AnyTool, { headers, body }: FastifyRequest): unknown {
  const { 'idempotency-key': header } = headers;
  if (header === undefined) return body;
  const key = utf8(String(header));
  const input = body ?? {};
  if (!isJsonObject(input)) return input;
  const { [FIELD]: field = null } = input;
  if (field !== null && field !== key) {
    throw invalid(FIELD, 'differs from the header Idempotency-Key');
  }
  if (tool.takesIdempotencyKey) return { ...input, [FIELD]: key };
  if (tool.effect === 'read') return input;
  throw invalid('Idempotency-Key', `${tool.name} cannot be made repeatable by a key`);
}

/** Node reads the bytes of a header as Latin-1; what is UTF-8 was meant as that. */
function utf8(header: string): string {
  const text = Buffer.from(header, 'latin1').toString();
  return text.includes('\ufffd') ? header : text;
}
