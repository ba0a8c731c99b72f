import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseConfig } from '../../../src/config.ts';
import { withCall } from '../../../src/dynamodb/calls/call.ts';
import { createGateway } from '../../../src/dynamodb/gateway.ts';
import { gatewaySettings } from '../../../src/gateway-settings.ts';
import { listen } from '../../support/listen.ts';
import { Sha256 } from '../../support/sha256.ts';

const TABLE = {
  TableStatus: 'ACTIVE',
  AttributeDefinitions: [{ AttributeName: 'PK', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'PK', KeyType: 'HASH' }],
};
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret' };

/** What arrived: `GetItem POST /path region key`, and whether its signature is the SDK's own. */
let arrived: string[];
let answer: (operation: string, key: string) => { status: number; body: unknown };
let port: number;
let folder: string;
let server: ReturnType<typeof createServer>;
let environment: NodeJS.ProcessEnv;

async function describeRequest(request: IncomingMessage) {
  const { method = '', url = '', headers } = request;
  const body = Buffer.concat(await request.toArray()).toString();
  const authorization = headers.authorization ?? '';
  const [, key = '', region = '', signed = ''] =
    /Credential=([^/]*)\/\d+\/([^/]*)\/.*SignedHeaders=([^,]*)/.exec(authorization) ?? [];
  const date = String(headers['x-amz-date']).replace(
    /(....)(..)(..T..)(..)(..Z)/,
    '$1-$2-$3:$4:$5',
  );
  const signer = new SignatureV4({
    credentials: { accessKeyId: key, secretAccessKey: 'secret' },
    region,
    service: 'dynamodb',
    sha256: Sha256,
  });
  const again = await signer.sign(
    {
      method,
      protocol: 'http:',
      hostname: 'localhost',
      path: url,
      query: {},
      headers: Object.fromEntries(signed.split(';').map((name) => [name, String(headers[name])])),
      body,
    },
    { signingDate: new Date(date) },
  );
  const operation = String(headers['x-amz-target']).split('.')[1] ?? '';
  const rightly = again.headers.authorization === authorization ? '' : ' wrongly signed';
  return { operation, key, line: `${operation} ${method} ${url} ${region} ${key}${rightly}` };
}

beforeEach(async () => {
  arrived = [];
  answer = (operation) => ({ status: 200, body: operation === 'GetItem' ? {} : { Table: TABLE } });
  server = createServer(async (request, response) => {
    const { operation, key, line } = await describeRequest(request);
    arrived.push(line);
    const { status, body } = answer(operation, key);
    response.writeHead(status, { 'x-amzn-requestid': randomUUID() }).end(JSON.stringify(body));
  });
  port = await listen(server);
  folder = await mkdtemp(path.join(tmpdir(), 'profile-'));
  environment = { ...process.env };
  for (const name of Object.keys(process.env))
    if (name.startsWith('AWS_')) delete process.env[name];
  process.env.AWS_CONFIG_FILE = path.join(folder, 'config');
  process.env.AWS_SHARED_CREDENTIALS_FILE = path.join(folder, 'credentials');
  process.env.AWS_EC2_METADATA_DISABLED = 'true';
});

afterEach(async () => {
  process.env = environment;
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
  await rm(folder, { recursive: true });
});

const fill = (text: string) => text.replaceAll('PORT', String(port));

async function openGateway(transport: string, variables: Record<string, string>) {
  Object.assign(process.env, variables);
  const config = parseConfig(
    { DYNAMODB_TRANSPORT: transport, HOST: '127.0.0.1', MAX_ATTEMPTS: '3', ...variables },
    { local: false },
  );
  const gateway = createGateway(gatewaySettings(config));
  const get = () =>
    withCall(
      { requestId: 'test', caller: 'test', log: { warn: () => {} }, deadlineMs: 8_000 },
      (call) => gateway.getItem({ key: { PK: 'a' } }, call),
    ).catch(({ code }) => code);
  return { gateway, get };
}

const DEFAULT = 'http://127.0.0.1:PORT';
const WAYS: [string, Record<string, string>, string, string][] = [
  ['our own variable', { DYNAMODB_ENDPOINT_URL: DEFAULT }, '', '/ us-east-1'],
  ['AWS_ENDPOINT_URL', { AWS_ENDPOINT_URL: DEFAULT }, '', '/ us-east-1'],
  ['AWS_ENDPOINT_URL_DYNAMODB', { AWS_ENDPOINT_URL_DYNAMODB: DEFAULT }, '', '/ us-east-1'],
  ['a profile', {}, `[default]\nendpoint_url = ${DEFAULT}`, '/ us-east-1'],
  [
    'a named profile with a region',
    { AWS_PROFILE: 'other' },
    `[profile other]\nendpoint_url = ${DEFAULT}\nregion = eu-west-1\naws_access_key_id = AKID\naws_secret_access_key = secret`,
    '/ eu-west-1',
  ],
  [
    "a profile's service section",
    {},
    `[default]\nservices = local\n[services local]\ndynamodb =\n  endpoint_url = ${DEFAULT}`,
    '/ us-east-1',
  ],
  [
    'our variable before the others',
    { DYNAMODB_ENDPOINT_URL: DEFAULT, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
    '',
    '/ us-east-1',
  ],
  ['a path', { DYNAMODB_ENDPOINT_URL: `${DEFAULT}/ddb` }, '', '/ddb/ us-east-1'],
  ['an odd path', { AWS_ENDPOINT_URL: `${DEFAULT}/a%20b/(c)/` }, '', '/a%20b/(c)/ us-east-1'],
  [
    'AWS_REGION before the rest',
    { AWS_ENDPOINT_URL: DEFAULT, AWS_REGION: 'eu-north-1', AWS_DEFAULT_REGION: 'eu-west-3' },
    '[default]\nregion = eu-west-1',
    '/ eu-north-1',
  ],
  [
    "AWS_DEFAULT_REGION before the profile's",
    { AWS_ENDPOINT_URL: DEFAULT, AWS_DEFAULT_REGION: 'eu-west-3' },
    '[default]\nregion = eu-west-1',
    '/ eu-west-3',
  ],
  [
    "the profile's region",
    { AWS_ENDPOINT_URL: DEFAULT },
    '[default]\nregion = eu-west-1',
    '/ eu-west-1',
  ],
];

describe.each(['lean', 'sdk'])('over %s', (transport) => {
  test.each(WAYS)('all operations follow %s', async (_name, variables, profile, expected) => {
    await writeFile(path.join(folder, 'config'), fill(profile));
    const given = variables.AWS_PROFILE ? variables : { ...CREDENTIALS, ...variables };
    const filled = Object.fromEntries(Object.entries(given).map(([k, v]) => [k, fill(v)]));
    const { gateway, get } = await openGateway(transport, filled);

    const got = await get();

    gateway.close();
    expect(got).toBeNull();
    expect(arrived).toEqual(
      ['DescribeTable', 'GetItem'].map((operation) => `${operation} POST ${expected} AKID`),
    );
  });

  test('credentials that were rotated in their file are read again', async () => {
    const write = (key: string) =>
      writeFile(
        path.join(folder, 'credentials'),
        `[default]\naws_access_key_id = ${key}\naws_secret_access_key = secret\n`,
      );
    await write('OLD');
    answer = (operation, key) =>
      key === 'NEW' || arrived.length < 3
        ? { status: 200, body: operation === 'GetItem' ? {} : { Table: TABLE } }
        : { status: 400, body: { __type: 'x#ExpiredTokenException', message: 'expired' } };
    const { gateway, get } = await openGateway(transport, { AWS_ENDPOINT_URL: fill(DEFAULT) });
    const before = await get();
    await write('NEW');

    // The SDK signs the attempts of one call with the same credentials.
    const after = [await get(), await get()];

    gateway.close();
    expect(before).toBeNull();
    expect(after.at(-1)).toBeNull();
    if (transport === 'lean') expect(after[0]).toBeNull();
    expect(arrived.at(-1)).toContain('NEW');
  });

  test('an endpoint of credentials that fails is not for ever', async () => {
    let failing = false;
    const seconds = 1_000;
    const credentials = createServer((_request, response) => {
      const body = {
        AccessKeyId: 'AKID',
        SecretAccessKey: 'secret',
        Token: 'token',
        Expiration: new Date(Date.now() - seconds).toISOString(),
      };
      response.writeHead(failing ? 500 : 200).end(JSON.stringify(failing ? {} : body));
    });
    const credentialsPort = await listen(credentials);
    const { gateway, get } = await openGateway(transport, {
      AWS_ENDPOINT_URL: fill(DEFAULT),
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${credentialsPort}/`,
    });
    const codes = [await get()];
    failing = true;
    codes.push(await get());
    failing = false;
    codes.push(await get());

    gateway.close();
    credentials.close();
    credentials.closeAllConnections();
    expect(codes).toEqual([null, 'StorageUnavailable', null]);
  });
});
