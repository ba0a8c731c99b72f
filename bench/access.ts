import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { compareByTurns } from './by-turns.ts';
import { imageSettings } from './image-settings.ts';
import { OPERATIONS } from './operations.ts';
import { ENVIRONMENT as environment, type MeasuredProcess, startProcess } from './processes.ts';

// What a policy costs: CPU time a request of get_item and of a query of 100 items, without a policy,
// with one by the key alone, and with rules of items and attributes, the caller with a token; in
// alternating slices of one run against the stub, as the image runs it. npm run bench:access; ROUNDS=n.

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

await compareByTurns(servers, operations);
await Promise.all([...Object.values(servers), backend].map((server) => server.stop()));
rmSync(folder, { recursive: true });
