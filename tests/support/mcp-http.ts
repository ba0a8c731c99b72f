import { type JsonObject, parseJson } from '../../src/json/parse.ts';
import type { Era } from './mcp-clients.ts';

/** What came back from `/mcp`, and the messages in it, whether JSON or a stream of events. */
export interface McpReply {
  status: number;
  headers: Headers;
  text: string;
  messages: JsonObject[];
}

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** Both media types, as clients must accept them. */
const ACCEPT = 'application/json, text/event-stream';

/** A request of an era: the headers that it needs, and its body. */
export function mcpRequest(era: Era, method: string, params: JsonObject = {}) {
  const named = params.name ?? params.uri;
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: ACCEPT,
    'mcp-protocol-version': era,
    ...(era === '2026-07-28' && {
      'mcp-method': method,
      ...(named !== undefined && { 'mcp-name': headerText(String(named)) }),
    }),
  };
  const _meta = { ...(era === '2026-07-28' && META), ...(params._meta as JsonObject | undefined) };
  return {
    headers,
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } }),
  };
}

/** A name as a header can carry it. */
function headerText(name: string): string {
  return /^[!-~]+$/.test(name) ? name : `=?base64?${Buffer.from(name).toString('base64')}?=`;
}

/** Sends one request of an era. */
export function sendMcp(url: string, era: Era, method: string, params?: JsonObject) {
  return postMcp(url, mcpRequest(era, method, params));
}

/** Sends any body to `/mcp`, with headers that override the usual ones. */
export async function postMcp(url: string, init: RequestInit = {}): Promise<McpReply> {
  const response = await fetch(`${url}/mcp`, {
    method: 'POST',
    ...init,
    headers: { 'content-type': 'application/json', accept: ACCEPT, ...init.headers },
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, messages: readMessages(text) };
}

/** The result in the last message of a reply; throws when there is none. */
export function resultOf<Result = JsonObject>({ messages, text }: McpReply): Result {
  const result = messages.at(-1)?.result;
  if (result === undefined) throw new Error(`No result: ${text}`);
  return result as Result;
}

function readMessages(text: string): JsonObject[] {
  if (text === '') return [];
  const isStream = text.startsWith('event:');
  const parts = isStream ? [...text.matchAll(/^data: (.+)$/gm)].map(([, data]) => data) : [text];
  return parts.flatMap((part): JsonObject[] => [parseJson(part ?? '') as JsonObject].flat());
}
