import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, inject, test } from 'vitest';
import { QUERIES } from '../../infrastructure/lib/observability/log-queries.ts';
import { exception, resetAfter, startFaultProxy } from '../support/fault-proxy.ts';
import { linesDuring, linesOfDefect } from '../support/log-lines.ts';
import { startService } from '../support/service.ts';
import { PROJECT } from '../support/service-process.ts';

const KEY = { PK: 'QUERIED', SK: 'LINES' };

/** What a query asks of lines: what is neither its language, a name that it gives, nor a text. */
function membersAsked(query: string): string[] {
  const given = [...query.matchAll(/ as (\w+)/g)].map(([, name]) => name);
  const language =
    /^(filter|and|in|ispresent|fields|stats|count|sum|avg|min|pct|as|by|sort|asc|desc|limit)$/;
  const names = query.replaceAll(/"[^"]*"|@\w+/g, '').match(/[a-z]\w*/g) ?? [];
  return names.filter((name) => !language.test(name) && !given.includes(name));
}

test('the queries of the dashboard and the runbook ask for what lines have', async () => {
  const proxy = await startFaultProxy(inject('engine').endpoint);
  const service = await startService({ endpoint: proxy.endpoint });
  const runbook = readFileSync(path.join(PROJECT, 'infrastructure/RUNBOOK.md'), 'utf8');
  // What tasks stopped for is told by ECS, in a log of its own.
  const blocks = [...runbook.matchAll(/^\w+\(\) \{ query "((?:[^"\\]|\\.)*)"/gm)].map(
    ([, query = '']) => query.replaceAll('\\"', '"'),
  );
  const queries = [...blocks, ...Object.values(QUERIES).map((lines) => lines.join(' | '))];
  const increment = () => service.call('update_item', { key: KEY, add: { n: 1 }, upsert: true });
  proxy.inject('UpdateItem', resetAfter);
  proxy.inject('GetItem', exception('AccessDeniedException'));
  const lines = [
    ...(await linesDuring(service, increment)),
    ...(await linesDuring(service, () => service.call('get_item', { key: KEY }))),
    ...(await linesOfDefect(service)),
    // Said by the stream of the log alone.
    { dropped: 1 },
  ];

  await service.close();
  await proxy.close();

  const members = new Set(lines.flatMap((line) => Object.keys(line)));
  const unknown = queries.flatMap(membersAsked).filter((name) => !members.has(name));
  expect(queries).toHaveLength(8);
  expect(unknown).toEqual([]);
});
