import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { JsonObject } from '../../src/json/parse.ts';
import { stdioCommand, type Target } from './mcp-clients.ts';
import { waitFor } from './service-process.ts';

/** The service over stdio, spoken to line by line. */
export interface StdioProcess {
  /** All that was printed so far. */
  stdout(): string;
  stderr(): string;
  /** The messages on stdout so far; throws for a line that is none. */
  messages(): JsonObject[];
  send(message: string | JsonObject): void;
  /** Writes to stdin, without a newline. */
  write(bytes: string | Buffer): void;
  /** Sends a request of the 2025 era and waits for the answer of its id. */
  ask(id: number, method: string, params?: JsonObject): Promise<JsonObject>;
  /** Closes stdin and waits for the end. */
  end(): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** What a client of the 2025 era says first. */
export const INITIALIZE = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'raw', version: '1.0.0' },
};

/** Starts `stdio` with more arguments; it ends with its stdin. */
export function startStdio(target: Omit<Target, 'url'>, args: string[] = []): StdioProcess {
  const { command, args: before, ...options } = stdioCommand(target);
  const child = spawn(command, [...before, ...args], options);
  const exited = once(child, 'close');
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (data: string) => {
    stdout += data;
  });
  child.stderr.setEncoding('utf8').on('data', (data: string) => {
    stderr += data;
  });
  const messages = () =>
    stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as JsonObject);
  const send = (message: string | JsonObject) =>
    void child.stdin.write(
      `${typeof message === 'string' ? message : JSON.stringify({ jsonrpc: '2.0', ...message })}\n`,
    );
  return {
    stdout: () => stdout,
    stderr: () => stderr,
    messages,
    send,
    write: (bytes) => void child.stdin.write(bytes),
    ask: (id, method, params = {}) => {
      send({ id, method, params });
      return waitFor(() => messages().find((message) => message.id === id));
    },
    end: async () => {
      child.stdin.end();
      await exited;
      return { code: child.exitCode, signal: child.signalCode };
    },
  };
}
