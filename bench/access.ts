import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { imageSettings } from './image-settings.ts';
import { load, median } from './load.ts';
import { OPERATIONS } from './operations.ts';
import { ENVIRONMENT as environment, type MeasuredProcess, startProcess } from './processes.ts';
import { describeMachine } from './report.ts';

// What a policy costs: CPU time a request of get_item and of a query of 100 items, without a policy,
// with one by the key alone, and with rules of items and attributes, the caller with a token; in
// alternating slices of one run against the stub, as the image runs it. npm run bench:access; ROUNDS=n.

const ROUNDS = Number(process.env.ROUNDS ?? 7);
const SLICES = 8;
const CONNECTIONS = 32;
const WARM_UP_ROUNDS = 4;
const ISSUER = 'https://auth.example.com';
const URL_OF_SERVICE = 'https://db.example.com';

const folder = mkdtempSync(path.join(tmpdir(), 'bench-access-'));
const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
const jwks = path.join(folder, 'jwks.json');
writeFileSync(jwks, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: '1' }] }));
const token = await new SignJWT({ tenant: 'bench' })
  .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: '1' })
  .setIssuer(ISSUER)
  .setAudience(URL_OF_SERVICE)
  .setSubject('bench')
  .setIssuedAt()
  .setExpirationTime('2h')
  .sign(privateKey);

const tools = (process.env.TOOLS ?? 'get_item,query').split(',');
const GRANTS = {
  tenant: { items: { PK: `PROJECT#\${tenant}` }, tools },
  rows: {
    items: { PK: 'PROJECT#*', status: ['Open', 'In Progress'] },
    tools,
    read: {
      only: ['epic_name', 'description', 'status', 'priority', 'estimate', 'history', 'links'],
      redact: ['owner'],
    },
  },
};

function policy(grant: object): Record<string, string> {
  const text = {
    version: 1,
    public_url: URL_OF_SERVICE,
    issuers: {
      main: { issuer: ISSUER, audience: [URL_OF_SERVICE], algorithms: ['ES256'], jwks_file: jwks },
    },
    principals: [{ issuer: 'main', role: 'bench', vars: { tenant: 'claims.tenant' } }],
    roles: { bench: { grants: [grant] } },
  };
  return {
    ACCESS_POLICY: JSON.stringify(text),
    ACCESS_SECRET: 'a secret of thirty-two bytes or more',
  };
}

const backend = await startProcess(['bench/stub-dynamodb.ts'], environment);
const start = (port: number, more = {}) =>
  startProcess(['dist/cli.js'], {
    ...environment,
    ...imageSettings(),
    DYNAMODB_ENDPOINT_URL: backend.url,
    PORT: String(port),
    ...more,
  });
const servers: Record<string, MeasuredProcess> = {
  open: await start(8211),
  tenant: await start(8212, policy(GRANTS.tenant)),
  rows: await start(8213, policy(GRANTS.rows)),
};
const operations = OPERATIONS.filter(({ name }) => tools.includes(name)).map((operation) => ({
  ...operation,
  headers: { authorization: `Bearer ${token}` },
}));

async function slice(name: string, operation: (typeof operations)[number], requests: number) {
  const server = servers[name];
  if (!server) throw new Error(name);
  const before = server.cpuMicroseconds();
  const done = await load(server.url, operation, CONNECTIONS, requests);
  if (done.failures > 0) throw new Error(`${name} ${operation.name}: ${done.failures} failed`);
  return (server.cpuMicroseconds() - before) / done.requests;
}

process.stdout.write(`${describeMachine()}, ${ROUNDS} rounds\n`);
for (const operation of operations) {
  const costs: Record<string, number[]> = {};
  for (const name in servers) await slice(name, operation, WARM_UP_ROUNDS * operation.requests);
  for (let round = 0; round < ROUNDS; round++) {
    const sums: Record<string, number> = {};
    for (let at = 0; at <= SLICES; at++) {
      for (const name in servers) {
        const cost = await slice(name, operation, operation.requests / SLICES);
        if (at > 0) sums[name] = (sums[name] ?? 0) + cost / SLICES;
      }
    }
    for (const name in sums) costs[name] = [...(costs[name] ?? []), sums[name] ?? Number.NaN];
  }
  const { open = [], ...others } = costs;
  const told = Object.entries(others).map(([name, values]) => {
    const ratios = values.map((value, round) => value / (open[round] ?? Number.NaN));
    return `${name} ${Math.round(median(values))} µs, ${median(ratios).toFixed(2)} of open`;
  });
  process.stdout.write(
    `${operation.name}: open ${Math.round(median(open))} µs; ${told.join('; ')}\n`,
  );
}
await Promise.all([...Object.values(servers), backend].map((server) => server.stop()));
rmSync(folder, { recursive: true });
