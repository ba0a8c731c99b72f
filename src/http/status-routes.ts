import type { FastifyInstance } from 'fastify';
import { SERVICE } from '../observability/logger.ts';
import { CONSOLE_PAGE, isOpenedInBrowser, STARTED_PATH } from './open-routes.ts';
import { PAGE_POLICY, welcomePage } from './welcome-page.ts';

/** What the status routes tell. */
export interface Status {
  readonly table: string;
  readonly version: string;
  readonly draining: boolean;
  /** Whether a table can be used, by name. */
  readonly tables: ReadonlyMap<string, () => Promise<boolean>>;
}

const READY = 'ready';
const UNAVAILABLE = 'unavailable';

async function statesOf({ tables }: Status): Promise<Record<string, string>> {
  const states = [...tables].map(
    async ([name, isReady]): Promise<[string, string]> => [
      name,
      (await isReady()) ? READY : UNAVAILABLE,
    ],
  );
  return Object.fromEntries(await Promise.all(states));
}

export function addStatusRoutes(app: FastifyInstance, status: Status, hasConsole: boolean): void {
  const { table } = status;
  const health = { status: 'healthy', service: SERVICE, table };
  app.get('/health', async () => health);
  addStartedRoute(app, status);
  app.get('/ready', async (_request, reply) => {
    const tables = await statesOf(status);
    const state = status.draining ? 'draining' : (tables[table] ?? UNAVAILABLE);
    reply.code(state === READY ? 200 : 503);
    const several = status.tables.size > 1;
    return { status: state, service: SERVICE, table, ...(several && { tables }) };
  });
  app.get('/', async (request, reply) => {
    const about = { service: SERVICE, version: status.version, table };
    reply.header('vary', 'accept');
    if (isOpenedInBrowser(request)) {
      if (hasConsole) return reply.redirect(CONSOLE_PAGE);
      reply.type('text/html; charset=utf-8').header('content-security-policy', PAGE_POLICY);
      return welcomePage({ ...about, host: request.host });
    }
    const { service, ...others } = about;
    return { service, status: status.draining ? 'draining' : 'running', ...others };
  });
}

/** Whether the table ever answered: asked for until it did, and never again. */
function addStartedRoute(app: FastifyInstance, { table, tables }: Status): void {
  let started = false;
  app.get(STARTED_PATH, async (_request, reply) => {
    started ||= (await tables.get(table)?.()) ?? false;
    reply.code(started ? 200 : 503);
    return { status: started ? 'started' : 'starting', service: SERVICE, table };
  });
}
