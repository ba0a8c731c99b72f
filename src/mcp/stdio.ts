import {
  type JSONRPCMessage,
  type McpServerFactory,
  parseJSONRPCMessage,
  type Transport,
} from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Logger } from 'pino';
import { parseJson } from '../json/parse.ts';
import { withOwnIds } from './exact-ids.ts';
import { readLines } from './lines.ts';
import { RefusedMessage } from './message-bounds.ts';
import { readMessage } from './messages.ts';
import { OpenRequests } from './open-requests.ts';

const PARSE_ERROR = -32_700;

/** What bounds a conversation over stdio. */
export interface StdioLimits {
  /** Bytes that a line may have. */
  maxLineBytes: number;
  /** How long requests under way may take once stdin has ended. */
  drainMs: number;
}

/** Serves one client over stdin and stdout; resolves when stdin has ended and all is answered. */
export function serveOverStdio(
  factory: McpServerFactory,
  limits: StdioLimits,
  log: Logger,
): Promise<void> {
  return new Promise((resolve) => {
    const transport = new ExactStdioTransport(limits, resolve);
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
  readonly #open = new OpenRequests();
  readonly #limits: StdioLimits;
  readonly #whenClosed: () => void;

  constructor(limits: StdioLimits, whenClosed: () => void) {
    this.#limits = limits;
    this.#whenClosed = whenClosed;
  }

  async start(): Promise<void> {
    readLines(process.stdin, this.#limits.maxLineBytes, {
      line: (text) => this.#receive(text),
      end: () => void this.#end(),
    });
    // Nobody is left to answer.
    process.stdout.on('error', () => this.#open.abandon());
  }

  async send(message: JSONRPCMessage): Promise<void> {
    await this.#write(message);
    this.#open.sent(message);
  }

  async close(): Promise<void> {
    process.stdin.destroy();
  }

  async #end(): Promise<void> {
    await this.#open.answered(this.#limits.drainMs);
    this.onclose?.();
    this.#whenClosed();
  }

  #write(message: object): Promise<void> {
    return new Promise((resolve, reject) => {
      process.stdout.write(`${withOwnIds(JSON.stringify(message))}\n`, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }

  #receive(line: string | undefined): void {
    if (line?.trim() === '') return;
    let message: JSONRPCMessage;
    try {
      message = readLine(line);
    } catch (error) {
      if (!(error instanceof RefusedMessage)) throw error;
      this.onerror?.(error);
      void this.#write(error.body()).catch(() => {});
      return;
    }
    this.#open.received(message);
    this.onmessage?.(message);
  }
}

/** The message on a line; throws RefusedMessage. */
function readLine(line = ''): JSONRPCMessage {
  let parsed: unknown;
  try {
    parsed = parseJson(line);
  } catch {
    throw new RefusedMessage(undefined, 'This line is not JSON.', PARSE_ERROR);
  }
  const read = readMessage(parsed);
  try {
    return parseJSONRPCMessage(read);
  } catch {
    throw new RefusedMessage(parsed, 'This line is not a JSON-RPC message.');
  }
}
