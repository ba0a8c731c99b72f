import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CONSOLE_FILE, CONSOLE_PAGE, DOCS_PAGE } from '../open-routes.ts';
import { type Asset, findAssets } from './assets.ts';
import { addLiveCallsRoute, type LiveCallsRoute } from './live-calls-route.ts';
import { addSessionRoute, type SessionRoute } from './session-route.ts';

/** What the console needs besides the tools. */
export type ConsoleOptions = LiveCallsRoute & SessionRoute;

/** Nothing is loaded from elsewhere, nothing is run but the page's own script, and text is no markup. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
const POLICY = 'content-security-policy';
const PAGE_HEADERS = {
  'cache-control': 'no-cache',
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

const PAGE = 'index.html';
const DOCS = 'docs.html';
/** Swagger UI makes styles and markup of its own; what it makes markup of is cleaned by DOMPurify. */
const DOCS_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default dompurify 'allow-duplicates'";

/** The console at `/console`; false where it has not been built. */
export function addConsoleRoutes(app: FastifyInstance, options: ConsoleOptions): boolean {
  const assetNamed = findAssets();
  if (!assetNamed) return false;
  const serve = (name: string, request: FastifyRequest, reply: FastifyReply) => {
    const asset = assetNamed(name);
    return asset ? send(request, reply, asset) : reply.callNotFound();
  };
  app.get(CONSOLE_PAGE, (request, reply) => serve(PAGE, request, reply));
  app.get(DOCS_PAGE, (request, reply) => {
    serve(DOCS, request, reply.header(POLICY, DOCS_POLICY));
  });
  app.get<{ Params: { file: string } }>(CONSOLE_FILE, (request, reply) =>
    serve(request.params.file, request, reply),
  );
  addSessionRoute(app, options);
  addLiveCallsRoute(app, options);
  return true;
}

function send({ headers }: FastifyRequest, reply: FastifyReply, asset: Asset): FastifyReply {
  reply.headers({ ...PAGE_HEADERS, [POLICY]: reply.getHeader(POLICY) ?? PAGE_POLICY });
  reply.header('etag', asset.etag).header('vary', 'accept-encoding');
  if (headers['if-none-match'] === asset.etag) return reply.code(304).send();
  reply.type(asset.type);
  const takesBrotli = /\bbr\b/.test(headers['accept-encoding'] ?? '');
  if (!asset.brotli || !takesBrotli) return reply.send(asset.plain);
  return reply.header('content-encoding', 'br').send(asset.brotli);
}
