import type { LoadRequest } from './load.ts';

const partition = 'PROJECT#bench';
/** Items that the embedded database holds; the stub answers any key alike. */
export const ITEMS = 1_000;
const key = (n: number) => ({ PK: partition, SK: `EPIC#${n % ITEMS}` });

/** An item of about 1 KB. */
export const item = (n: number) => ({
  ...key(n),
  epic_name: `Epic number ${n}`,
  description: 'x'.repeat(600),
  status: 'In Progress',
  priority: n % 10,
  estimate: n + 0.5,
  archived: false,
  owner: null,
  history: ['created', 'estimated', n],
  links: { jira: `MED-${n}`, wiki: 'page' },
});

/** An operation as it is measured: how it is called, and how often in one round. */
export interface Operation extends LoadRequest {
  name: string;
  requests: number;
}

/** What both the service and the naive server serve at the same routes; every request differs. */
export const OPERATIONS: readonly Operation[] = [
  { name: 'get_item', requests: 4_000, make: (n: number) => ({ key: key(n) }) },
  { name: 'put_item', requests: 4_000, make: (n: number) => ({ item: item(n) }) },
  {
    name: 'update_item',
    requests: 4_000,
    make: (n: number) => ({ key: key(n), updates: { status: `Open ${n}`, priority: n } }),
  },
  {
    name: 'query',
    requests: 1_000,
    make: (n: number) => ({
      key_condition: 'PK = :pk AND SK > :sk',
      expression_values: { ':pk': partition, ':sk': `EPIC#${n % ITEMS}` },
      limit: 100,
    }),
  },
  { name: 'scan', requests: 160, make: (n: number) => ({ limit: 2_000 + n }) },
  {
    name: 'batch_get_item',
    requests: 1_000,
    make: (n: number) => ({ keys: Array.from({ length: 25 }, (_, k) => key(n * 25 + k)) }),
  },
  {
    name: 'transact_write_items',
    requests: 2_000,
    make: (n: number) => ({
      operations: [{ put: { item: item(n) } }, { put: { item: item(n + 1) } }],
    }),
  },
  {
    name: 'search_vectors',
    requests: 1_000,
    make: (n: number) => ({ vector: [n, 1, 0, 0], partition, top_k: 10 }),
  },
].map((operation) => ({ ...operation, path: `/tools/${operation.name}` }));
