import { type JsonObject, parseJson } from '../../src/json/parse.ts';
import type { Reply, TestService } from './service.ts';

/** The lines of a reply or a file, parsed without loss. */
export function linesIn(text: string): JsonObject[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => parseJson(line) as JsonObject);
}

/** The contents of those lines that are of one kind. */
export function ofKind<Content = JsonObject>(
  kind: string,
  lines: readonly JsonObject[],
): Content[] {
  return lines.filter((line) => Object.hasOwn(line, kind)).map((line) => line[kind] as Content);
}

/** Exports what a query string asks for. */
export async function exportFrom(
  service: Pick<TestService, 'request'>,
  parameters: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Reply & { lines: JsonObject[] }> {
  const query = new URLSearchParams(parameters);
  const reply = await service.request(`/bulk/export?${query}`, { headers });
  return {
    ...reply,
    lines: reply.headers.get('content-type')?.includes('ndjson') ? linesIn(reply.text) : [],
  };
}

/** Imports a body. */
export async function importInto(
  service: Pick<TestService, 'request'>,
  body: string | Buffer | readonly object[],
  parameters: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Reply & { lines: JsonObject[] }> {
  const text = Array.isArray(body)
    ? body.map((line) => `${JSON.stringify(line)}\n`).join('')
    : body;
  const reply = await service.request(`/bulk/import?${new URLSearchParams(parameters)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', ...headers },
    body: text as string,
  });
  return {
    ...reply,
    lines: reply.headers.get('content-type')?.includes('ndjson') ? linesIn(reply.text) : [],
  };
}
