import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { listen } from './listen.ts';

/** What a fault does with one call; the engine is reached only through `forward`. */
export type Fault = (exchange: Exchange) => void | Promise<void>;

/** One call of the SDK on its way to the engine. */
export interface Exchange {
  /** As `PutItem`. */
  operation: string;
  headers: IncomingHttpHeaders;
  /** The request's body, as it was sent. */
  body: string;
  /** What the SDK is waiting on. */
  response: ServerResponse;
  /** Has the engine execute the call; its answer is not passed on. */
  execute(): Promise<{ status: number; headers: Record<string, string>; body: Buffer }>;
}

/** A proxy that lets calls through until it is told what to do with them. */
export interface FaultProxy {
  endpoint: string;
  /** Operations that arrived, and those that the engine executed, in order. */
  arrived: string[];
  executed: string[];
  /** Applies faults to the next calls of an operation, one each; later calls pass. */
  inject(operation: string, ...faults: Fault[]): void;
  /** Applies a fault to every call of an operation from now on. */
  always(operation: string, fault: Fault): void;
  /** Forgets all faults and counts. */
  reset(): void;
  close(): Promise<void>;
}

/** Starts a proxy in front of the engine. */
export async function startFaultProxy(engine: string): Promise<FaultProxy> {
  const arrived: string[] = [];
  const executed: string[] = [];
  const queued = new Map<string, Fault[]>();
  const permanent = new Map<string, Fault>();
  const server = createServer(async (request, response) => {
    const body = await readAll(request);
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    arrived.push(operation);
    const fault = queued.get(operation)?.shift() ?? permanent.get(operation) ?? pass;
    const execute = async () => {
      const answer = await forward(engine, request, body);
      executed.push(operation);
      return answer;
    };
    const { headers } = request;
    await fault({ operation, headers, body: body.toString(), response, execute });
  });
  const port = await listen(server);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    arrived,
    executed,
    inject: (operation, ...faults) => void queued.set(operation, faults),
    always: (operation, fault) => void permanent.set(operation, fault),
    reset: () => {
      arrived.length = 0;
      executed.length = 0;
      queued.clear();
      permanent.clear();
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Passes the call and its answer through. */
export const pass: Fault = async ({ execute, response }) => {
  const { status, headers, body } = await execute();
  response.writeHead(status, headers).end(body);
};

/** Answers with an exception of DynamoDB without executing the call. */
export function exception(name: string, status = 400, message = `${name} was injected`): Fault {
  return ({ response }) => {
    const body = JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message });
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
  };
}

/** Executes the call, then answers with an exception. */
export function exceptionAfter(name: string, status: number): Fault {
  return async (exchange) => {
    await exchange.execute();
    await exception(name, status)(exchange);
  };
}

/** Closes the connection without executing the call. */
export const resetBefore: Fault = ({ response }) => {
  response.socket?.resetAndDestroy();
};

/** Executes the call, then closes the connection instead of answering. */
export const resetAfter: Fault = async ({ execute, response }) => {
  await execute();
  response.socket?.resetAndDestroy();
};

/** Executes the call and never answers. */
export const silentAfter: Fault = async ({ execute }) => {
  await execute();
};

/** Neither executes the call nor answers. */
export const silentBefore: Fault = () => {};

/** Executes the call, sends the headers and half of the body, and stalls. */
export const stalledBody: Fault = async ({ execute, response }) => {
  const { status, headers, body } = await execute();
  response.writeHead(status, { ...headers, 'content-length': String(body.length) });
  response.write(body.subarray(0, Math.floor(body.length / 2)));
};

/** Answers with a page of HTML, as a proxy between might, without executing the call. */
export function html(status: number): Fault {
  return ({ response }) => {
    response
      .writeHead(status, { 'content-type': 'text/html' })
      .end('<html><body>gateway at 10.1.2.3:8443 says no</body></html>');
  };
}

/** Passes the call through after a delay. */
export function slow(milliseconds: number): Fault {
  return async (exchange) => {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    await pass(exchange);
  };
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function forward(engine: string, request: IncomingMessage, body: Buffer) {
  const { host, 'content-length': _length, ...headers } = request.headers;
  const outgoing = httpRequest(engine, { method: 'POST', headers, agent: false });
  outgoing.end(body);
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  const { connection, 'transfer-encoding': _encoding, ...answered } = incoming.headers;
  return {
    status: incoming.statusCode ?? 0,
    headers: answered as Record<string, string>,
    body: await readAll(incoming),
  };
}
