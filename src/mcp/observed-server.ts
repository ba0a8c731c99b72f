import {
  type Implementation,
  type JSONRPCRequest,
  type Result,
  Server,
  type ServerContext,
  type ServerOptions,
} from '@modelcontextprotocol/server';

/** What answers requests of a method. */
export type RequestHandler = (request: JSONRPCRequest, context: ServerContext) => Promise<Result>;

/** Answers a request by its handler, and knows how that went. */
export type ObserveRequest = (
  request: JSONRPCRequest,
  context: ServerContext,
  handler: RequestHandler,
) => Promise<Result>;

/** A server of the SDK; with `observe` every request that has a handler goes through it. */
export function createServer(
  implementation: Implementation,
  options: ServerOptions,
  observe: ObserveRequest | undefined,
): Server {
  if (!observe) return new Server(implementation, options);
  const server = new ObservedServer(implementation, options);
  server.observe = observe;
  return server;
}

/** The SDK wraps every handler, its own ones in the constructor of the base class. */
class ObservedServer extends Server {
  declare observe: ObserveRequest;

  protected override _wrapHandler(method: string, handler: RequestHandler): RequestHandler {
    const wrapped = super._wrapHandler(method, handler);
    return (request, context) => this.observe(request, context, wrapped);
  }
}
