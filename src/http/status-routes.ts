import type { FastifyInstance } from 'fastify';
import { SERVICE } from '../observability/logger.ts';

/** What the status routes tell. */
export interface Status {
  readonly table: string;
  readonly version: string;
  readonly draining: boolean;
  /** Whether the table can be used. */
  isReady(): Promise<boolean>;
}

export function addStatusRoutes(app: FastifyInstance, status: Status): void {
  const { table } = status;
  const health = { status: 'healthy', service: SERVICE, table };
  app.get('/health', async () => health);
  app.get('/ready', async (_request, reply) => {
    const state = status.draining ? 'draining' : (await status.isReady()) ? 'ready' : 'unavailable';
    reply.code(state === 'ready' ? 200 : 503);
    return { status: state, service: SERVICE, table };
  });
  app.get('/', async () => ({
    service: SERVICE,
    status: status.draining ? 'draining' : 'running',
    version: status.version,
    table,
  }));
}
