import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { exception, startFaultProxy } from '../../support/fault-proxy.ts';
import { startService } from '../../support/service.ts';
import { killProcesses, startProcess } from '../../support/service-process.ts';

const NONE =
  'The service has no AWS credentials; its operator has to set them: aws configure, .env, or npm run dev for the embedded database.';
const STALE =
  'The AWS credentials of the service have expired; its operator has to renew them: aws sso login, aws configure, or .env.';

let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'no-credentials-'));
});

afterEach(killProcesses);

afterAll(() => rm(home, { recursive: true }));

test('without credentials the log and the caller are told where to get some', async () => {
  const service = startProcess([], {
    environment: {
      HOME: home,
      AWS_EC2_METADATA_DISABLED: 'true',
      DYNAMODB_ENDPOINT_URL: inject('engine').endpoint,
    },
  });
  const url = await service.url();

  const started = await service.logged(/no AWS credentials/);
  const response = await fetch(`${url}/tools/describe_table`, { method: 'POST' });

  expect(started).toMatchObject({
    level: 'WARNING',
    code: 'StorageMisconfigured',
    message: `DescribeTable failed: ${NONE}`,
  });
  expect([response.status, await response.json()]).toEqual([
    500,
    expect.objectContaining({ code: 'StorageMisconfigured', error: NONE }),
  ]);
});

test('create-table without credentials says where to get some', async () => {
  const environment = { HOME: home, AWS_EC2_METADATA_DISABLED: 'true' };

  const { code, stderr } = await startProcess(['create-table'], { environment }).exit();

  expect([code, stderr.startsWith(NONE)]).toEqual([1, true]);
});

test.each(['ExpiredTokenException', 'ExpiredToken'])('%s says that they expired', async (name) => {
  const proxy = await startFaultProxy(inject('engine').endpoint);
  const service = await startService({ endpoint: proxy.endpoint });
  proxy.always('GetItem', exception(name, 400, 'arn:aws:iam::123456789012:user/me'));

  const { body } = await service.call('get_item', { key: { PK: 'a', SK: 'b' } });
  await service.close();
  await proxy.close();

  expect(body).toMatchObject({ code: 'StorageMisconfigured', error: STALE });
});
