import { createInterface } from 'node:readline';
import {
  type JSONRPCMessage,
  type McpServerFactory,
  parseJSONRPCMessage,
  type Transport,
} from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Logger } from 'pino';
import { parseJson } from '../json/parse.ts';

const PARSE_ERROR = { code: -32_700, message: 'This line is not a JSON-RPC message.' };

/** Serves one client over stdin and stdout; resolves when stdin closes. */
export function serveOverStdio(factory: McpServerFactory, log: Logger): Promise<void> {
  return new Promise((resolve) => {
    const transport = new ExactStdioTransport(resolve);
    serveStdio(factory, {
      transport,
      onerror: (error) => log.debug({ err: error }, 'MCP message refused'),
    });
  });
}

/** A message a line, as the SDK's own transport, but with numbers that keep all their digits. */
class ExactStdioTransport implements Transport {
  onmessage?: Transport['onmessage'];
  onerror?: Transport['onerror'];
  onclose?: Transport['onclose'];
  readonly #lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  readonly #whenClosed: () => void;

  constructor(whenClosed: () => void) {
    this.#whenClosed = whenClosed;
  }

  async start(): Promise<void> {
    this.#lines.on('line', (line) => this.#receive(line));
    this.#lines.once('close', () => {
      this.onclose?.();
      this.#whenClosed();
    });
  }

  async send(message: JSONRPCMessage): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      process.stdout.write(`${JSON.stringify(message)}\n`, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }

  async close(): Promise<void> {
    this.#lines.close();
  }

  #receive(line: string): void {
    if (line.trim() === '') return;
    let message: JSONRPCMessage;
    try {
      message = parseJSONRPCMessage(parseJson(line));
    } catch (error) {
      this.onerror?.(error instanceof Error ? error : new Error(String(error)));
      process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id: null, error: PARSE_ERROR })}\n`);
      return;
    }
    this.onmessage?.(message);
  }
}
