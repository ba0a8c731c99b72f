import { afterEach, expect, inject, test } from 'vitest';
import { newTable } from '../support/service.ts';
import { killProcesses, startProcess } from '../support/service-process.ts';

afterEach(killProcesses);

const PLAIN = { AWS_ACCESS_KEY_ID: 'LOCAL', AWS_SECRET_ACCESS_KEY: 'local' };

test.each<Record<string, string>>([
  { AWS_ACCESS_KEY_ID: 'LOCAL\n' },
  { AWS_ACCESS_KEY_ID: ' LOCAL\r\n' },
  { AWS_SECRET_ACCESS_KEY: 'local\n' },
  { AWS_SESSION_TOKEN: ' \n' },
  { AWS_PROFILE: '\n' },
])('what stands around credentials does not count: %j', async (given) => {
  const service = startProcess([], {
    environment: {
      ...PLAIN,
      DYNAMODB_ENDPOINT_URL: inject('engine').endpoint,
      DYNAMODB_TABLE_NAME: await newTable(),
      ...given,
    },
  });

  const response = await fetch(`${await service.url()}/tools/get_item`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key: { PK: 'a', SK: 'b' } }),
  });

  expect([response.status, await response.json()]).toEqual([200, { success: true, item: null }]);
});

test.each(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'])(
  'a line break inside of %s is refused at the start',
  async (name) => {
    const { code, stderr } = await startProcess([], {
      environment: { ...PLAIN, [name]: 'two\nlines' },
    }).exit();

    expect([code, stderr]).toEqual([
      1,
      `The configuration is not valid:\n  ${name} must not contain line breaks or other control characters\n`,
    ]);
  },
);
