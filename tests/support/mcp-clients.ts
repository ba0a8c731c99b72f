import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldStdioTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as OldHttpTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { inject } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';

/** The generations of MCP, each spoken by the official client of its time. */
export const ERAS = ['2026-07-28', '2025-11-25'] as const;
export type Era = (typeof ERAS)[number];

/** Every way in which an official client reaches the tools. */
export const WAYS = (['HTTP', 'stdio'] as const).flatMap((transport) =>
  ERAS.map((era) => ({ transport, era })),
);
export type Way = (typeof WAYS)[number];

/** The result of a tool, as both clients hand it over. */
export interface ToolResult {
  content: { type: string; text: string }[];
  structuredContent?: JsonObject;
  isError?: boolean;
  _meta?: JsonObject;
}

export interface CallOptions {
  onprogress?: (progress: { progress: number; total?: number }) => void;
  signal?: AbortSignal;
}

/** A connected official client, either generation. */
export interface McpClient {
  listTools(): Promise<JsonObject[]>;
  callTool(name: string, input?: JsonObject, options?: CallOptions): Promise<ToolResult>;
  listResources(): Promise<JsonObject[]>;
  /** The text of the resource's one content, and its media type. */
  readResource(uri: string): Promise<{ uri: string; mimeType?: string; text: string }>;
  listPrompts(): Promise<JsonObject[]>;
  /** The text of the prompt's one message. */
  getPrompt(name: string, input?: Record<string, string>): Promise<string>;
  /** Completes an argument of the prompt. */
  complete(name: string, argument: string, value: string): Promise<string[]>;
  close(): Promise<void>;
}

/** Where a client finds the service: a URL, or what a process of its own needs to know. */
export interface Target {
  url: string;
  headers?: Record<string, string>;
  /** For stdio. */
  table: string;
  endpoint?: string;
  environment?: Record<string, string>;
}

/** The folder of the project. */
import { COMPILED_ONCE, PROJECT } from './service-process.ts';

const NAME = { name: 'test', version: '1.0.0' };

/** Connects the client of an era; the process of a stdio client ends with it. */
export function connect({ transport, era }: Way, target: Target): Promise<McpClient> {
  return era === '2026-07-28' ? connectNew(transport, target) : connectOld(transport, target);
}

/** How to start the service over stdio on the engine of the tests. */
export function stdioCommand({ table, endpoint, environment }: Omit<Target, 'url'>) {
  return {
    command: process.execPath,
    args: [join(PROJECT, 'src/cli.ts'), 'stdio'],
    cwd: tmpdir(),
    env: {
      ...COMPILED_ONCE,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      DYNAMODB_ENDPOINT_URL: endpoint ?? inject('engine').endpoint,
      DYNAMODB_TABLE_NAME: table,
      ...environment,
    },
  };
}

async function connectNew(transport: Way['transport'], target: Target): Promise<McpClient> {
  const client = new Client(NAME, { versionNegotiation: { mode: 'auto' } });
  await client.connect(
    transport === 'HTTP'
      ? new StreamableHTTPClientTransport(endpointOf(target), {
          requestInit: { headers: target.headers ?? {} },
        })
      : new StdioClientTransport({ ...stdioCommand(target), stderr: 'ignore' }),
  );
  const version = client.getNegotiatedProtocolVersion();
  if (version !== '2026-07-28') throw new Error(`Negotiated ${version}`);
  return face(client, async (params, options) => client.callTool(params, options));
}

async function connectOld(transport: Way['transport'], target: Target): Promise<McpClient> {
  const client = new OldClient(NAME);
  await client.connect(
    transport === 'HTTP'
      ? new OldHttpTransport(endpointOf(target), { requestInit: { headers: target.headers ?? {} } })
      : new OldStdioTransport({ ...stdioCommand(target), stderr: 'ignore' }),
  );
  return face(client, async (params, options) =>
    client.callTool(params, CallToolResultSchema, options),
  );
}

function endpointOf({ url }: Target): URL {
  return new URL('/mcp', url);
}

interface ToolCall {
  name: string;
  arguments: JsonObject;
}

// What both clients hand over was checked by their own schemas; they only name the types apart.
function face(
  client: Client | OldClient,
  callTool: (params: ToolCall, options?: CallOptions) => Promise<unknown>,
): McpClient {
  return {
    listTools: async () => (await client.listTools()).tools as unknown as JsonObject[],
    callTool: async (name, input = {}, options) =>
      (await callTool({ name, arguments: input }, options)) as ToolResult,
    listResources: async () => (await client.listResources()).resources as unknown as JsonObject[],
    readResource: async (uri) => {
      const { contents } = await client.readResource({ uri });
      const [content] = contents as { uri: string; mimeType?: string; text: string }[];
      if (!content || contents.length !== 1) throw new Error(`${contents.length} contents`);
      return content;
    },
    listPrompts: async () => (await client.listPrompts()).prompts as unknown as JsonObject[],
    getPrompt: async (name, input = {}) => {
      const { messages } = await client.getPrompt({ name, arguments: input });
      const [message] = messages;
      if (message?.content.type !== 'text' || messages.length !== 1)
        throw new Error('Not one text');
      return message.content.text;
    },
    complete: async (name, argument, value) => {
      const { completion } = await client.complete({
        ref: { type: 'ref/prompt', name },
        argument: { name: argument, value },
      });
      return completion.values;
    },
    close: () => client.close(),
  };
}
