import { fastify } from 'fastify';
import { OPERATIONS } from './operations.ts';

// What Fastify costs when it does nothing: the routes, a parsed body, a canned answer.

const ITEM = { PK: 'PROJECT#bench', SK: 'EPIC#E001', description: 'x'.repeat(800) };
const ANSWERS: Record<string, unknown> = {
  query: { success: true, items: Array(100).fill({ ...ITEM, description: 'x'.repeat(600) }) },
  scan: { success: true, items: Array(1_400).fill({ ...ITEM, description: 'x'.repeat(600) }) },
  batch_get_item: { success: true, items: Array(25).fill(ITEM) },
};
const app = fastify({ bodyLimit: 16_777_216 });
app.get('/health', async () => ({ status: 'healthy' }));
for (const { name, path } of OPERATIONS) {
  app.post(path, async () => ANSWERS[name] ?? { success: true, item: ITEM });
}
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
