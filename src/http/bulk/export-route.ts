import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Export } from '../../bulk/bulk.ts';
import type { ExportPage } from '../../bulk/export-pages.ts';
import { EXPORT, readParameters } from '../../bulk/parameters.ts';
import { asServiceError } from '../../errors.ts';
import { giveBack } from '../../give-back.ts';
import { logDefect } from '../error-replies.ts';
import { type BulkRouteOptions, openStream } from './bulk-routes.ts';
import { LineReply } from './line-reply.ts';

const FIRST_PAGE_MS = 12_000;

export function addExportRoute(app: FastifyInstance, options: BulkRouteOptions): void {
  const { bulk, draining, log } = options;
  app.get('/bulk/export', { exposeHeadRoute: false }, async (request, reply) => {
    const asked = readParameters(EXPORT, request.query, 'an export');
    const { caller } = openStream(request, reply, options);
    const opened = await bulk.export(asked, caller, draining);
    const { contentType, takesMarks } = opened.format;
    const out = new LineReply(reply, {
      contentType,
      gzip: takesGzip(request),
      keepsAlive: takesMarks,
    });
    const told = await sendExport(opened, out, cursorIn(request), (error) =>
      logDefect(log, error, request),
    );
    log.info({ request_id: request.id, principal: caller.principal.name, ...told }, 'Export ended');
    return reply;
  });
}

/** Sends pages as they come; a failure before the first is thrown, for a reply of its own. */
async function sendExport(
  { format, pages }: Export,
  out: LineReply,
  cursor: string | null,
  logFailure: (error: unknown) => void,
) {
  const sent = { items: 0, pages: 0 };
  let consumed: number | undefined = 0;
  let last = cursor;
  let isBegun = false;
  // Who waits long for the first page gets the head before it.
  const timer = setTimeout(() => out.open(), FIRST_PAGE_MS);
  try {
    let next = pages.next();
    for (;;) {
      const { value: page } = await next;
      if (!page) break;
      // The next is read while this one is on its way.
      next = pages.next();
      next.catch(() => {});
      if (!isBegun) await begin(out, format.header);
      isBegun = true;
      await sendPage(out, page, format.takesMarks);
      sent.items += page.items;
      sent.pages++;
      last = page.cursor;
      consumed = sum(consumed, page.consumedCapacity);
    }
    const end = { ...sent, ...(consumed !== undefined && { consumed_capacity: consumed }) };
    out.end(format.takesMarks ? `${JSON.stringify({ end })}\n` : '');
    return { ...end, complete: true };
  } catch (error) {
    if (out.isGone) return { ...sent, complete: false, hung_up: true };
    if (!out.isOpen) throw error;
    const { code, message, retryable } = asServiceError(error);
    logFailure(error);
    const failure = { code, error: message, retryable, cursor: last };
    if (format.takesMarks) out.end(`${JSON.stringify({ error: failure })}\n`);
    else out.break();
    return { ...sent, complete: false, code };
  } finally {
    clearTimeout(timer);
  }
}

async function begin(out: LineReply, header: Buffer | undefined): Promise<void> {
  out.open();
  if (header) await out.write(header);
}

async function sendPage(out: LineReply, page: ExportPage, takesMarks: boolean): Promise<void> {
  const { lines, items, cursor, consumedCapacity } = page;
  const mark = {
    cursor,
    items,
    ...(consumedCapacity !== undefined && { consumed_capacity: consumedCapacity }),
  };
  await out.write(lines, takesMarks ? `${JSON.stringify({ page: mark })}\n` : '');
  giveBack(lines);
}

/** Capacity units are added as they are told: not where they are not. */
function sum(total: number | undefined, more: number | undefined): number | undefined {
  return total === undefined || more === undefined ? undefined : total + more;
}

/** The cursor that was given, in case that not even one page can be read. */
function cursorIn({ query }: FastifyRequest): string | null {
  const { cursor } = query as Record<string, unknown>;
  return typeof cursor === 'string' ? cursor : null;
}

function takesGzip({ headers }: FastifyRequest): boolean {
  const asked = String(headers['accept-encoding'] ?? '').split(',');
  return asked.some((coding) => {
    const [name = '', ...parameters] = coding.split(';').map((part) => part.trim());
    return name.toLowerCase() === 'gzip' && !parameters.some((each) => /^q=0(\.0*)?$/.test(each));
  });
}
