import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { sampleVector } from '../../src/local/sample-vectors.ts';
import { listen } from './listen.ts';

/** A request that arrived. */
export interface Asked {
  path: string;
  headers: IncomingHttpHeaders;
  text: string;
  body: Record<string, unknown>;
}

/** A server that makes vectors of texts by their three-letter pieces, always the same ones. */
export interface EmbeddingsServer {
  url: string;
  asked: Asked[];
  /** Answers the next request otherwise. */
  inject(fault: (response: ServerResponse) => void): void;
  close(): Promise<void>;
}

/** Starts a server that speaks as OpenAI does, and as Bedrock does with Titan. */
export async function startEmbeddingsServer(dimensions: number): Promise<EmbeddingsServer> {
  const asked: Asked[] = [];
  const faults: ((response: ServerResponse) => void)[] = [];
  const server = createServer(async (request, response) => {
    const text = await read(request);
    const body = JSON.parse(text);
    asked.push({ path: request.url ?? '', headers: request.headers, text, body });
    const fault = faults.shift();
    if (fault) return fault(response);
    const embedding = sampleVector(body.input ?? body.inputText, body.dimensions ?? dimensions);
    const answer = 'input' in body ? { data: [{ index: 0, embedding }] } : { embedding };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    inject: (fault) => void faults.push(fault),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}
