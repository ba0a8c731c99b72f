import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createAudit } from '../../src/access/audit/audit.ts';
import type { AuditedCall } from '../../src/access/audit/call-record.ts';
import { verifyAudit } from '../../src/access/audit/verify.ts';
import { type GuardedService, keyOfRole, startGuarded } from '../support/guarded-service.ts';
import { connect } from '../support/mcp-clients.ts';
import { startProcess } from '../support/service-process.ts';

const KEY = { PK: 'PROJECT#audit', SK: 'E1' };
const READER = {
  grants: [
    {
      items: { PK: 'PROJECT#*' },
      tools: ['get_item', 'query', 'update_item'],
      read: { only: ['status', 'revision'], redact: ['owner'] },
      write: { only: ['status'] },
    },
  ],
};

const newFile = () => path.join(mkdtempSync(path.join(tmpdir(), 'audit-')), 'audit.jsonl');

type Line = Record<string, unknown>;

function audited(service: GuardedService): Line[] {
  return service.logs.filter(({ logger }) => logger === 'audit');
}

async function started(
  options: Parameters<typeof startGuarded>[1] = {},
  use: (service: GuardedService) => Promise<void>,
) {
  const service = await startGuarded({ reader: READER }, options);
  try {
    await service.store({ ...KEY, status: 'Open', owner: 'ada', revision: 1 });
    await use(service);
  } finally {
    await service.close();
  }
}

describe('a line a call', () => {
  test('says who did what to which item, seeing what', async () => {
    await started({}, async (service) => {
      await service.as('reader', 'get_item', { key: KEY });

      expect(audited(service).at(-1)).toMatchObject({
        kind: 'call',
        transport: 'rest',
        principal: { key: 'reader' },
        role: 'reader',
        client: 'node',
        address: '127.0.0.1',
        tool: 'get_item',
        table: service.table,
        effect: 'read',
        keys: [expect.stringMatching(/^[0-9a-f]{32}$/)],
        masked: ['owner'],
        decision: 'allow',
        policy: expect.stringMatching(/^[0-9a-f]{12}$/),
        grants: ['reader.grants[0]'],
        status: 200,
        items: 1,
        capacity: 0.5,
        aws_request_ids: [expect.any(String)],
      });
    });
  });

  test('says why a call was refused, and what failed', async () => {
    await started({ policy: { audit: { keys: 'plain' } } }, async (service) => {
      await service.as('reader', 'get_item', { key: { PK: 'OTHER', SK: 'x' } });
      await service.as('reader', 'scan');
      await service.as('reader', 'update_item', {
        key: KEY,
        updates: { status: 'Done' },
        expected: { revision: 7 },
      });

      expect(audited(service).slice(-3)).toMatchObject([
        {
          decision: 'deny',
          code: 'Forbidden',
          reason: 'key: is outside what your role may reach',
        },
        { decision: 'deny', code: 'Forbidden', reason: 'Your role may not use scan.' },
        {
          decision: 'fail',
          code: 'ConditionalCheckFailed',
          status: 409,
          keys: ['PK=PROJECT#audit, SK=E1'],
          written: ['status'],
          read: ['revision'],
        },
      ]);
    });
  });

  test('names the client over MCP', async () => {
    await started({}, async (service) => {
      const headers = { authorization: `Bearer ${keyOfRole('reader')}` };
      const { url, table } = service;
      const client = await connect(
        { transport: 'HTTP', era: '2026-07-28' },
        { url, table, headers },
      );
      await client.callTool('get_item', { key: KEY });
      await client.close();

      expect(audited(service).at(-1)).toMatchObject({
        transport: 'mcp',
        client: 'test 1.0.0',
        tool: 'get_item',
        decision: 'allow',
      });
    });
  });

  test('tells no key where the policy says none', async () => {
    await started({ policy: { audit: { keys: 'none' } } }, async (service) => {
      await service.as('reader', 'get_item', { key: KEY });

      expect(audited(service).at(-1)).not.toHaveProperty('keys');
    });
  });

  test('has no value and no key in it that a caller sends', async () => {
    await started({}, async (service) => {
      const canary = 'canary-4711';
      const item = { PK: `PROJECT#${canary}`, SK: canary, owner: canary, status: canary };
      await service.as('admin', 'put_item', { item, expected: { status: canary } });
      await service.as('admin', 'put_item', { item });
      await service.as('admin', 'batch_write_item', { put: [item] });
      await service.as('admin', 'update_item', {
        key: { PK: item.PK, SK: canary },
        updates: { owner: canary },
      });
      await service.as('admin', 'transact_write_items', { operations: [{ put: { item } }] });
      await service.as('reader', 'query', { key: { PK: item.PK }, filter: { status: canary } });
      await service.as('reader', 'query', { key: { PK: item.PK }, filter: { owner: canary } });
      await service.as('reader', 'get_item', { key: { PK: canary, SK: canary } });

      expect(JSON.stringify(audited(service))).not.toContain(canary);
      expect(JSON.stringify(service.logs)).not.toContain(keyOfRole('reader'));
    });
  });
});

describe('the lines of one turn of the event loop', () => {
  const call = (requestId: string): AuditedCall => ({
    requestId,
    origin: undefined,
    identity: undefined,
    role: 'reader',
    policy: 'one',
    tool: 'get_item',
    effect: 'read',
    table: 'a',
    index: undefined,
    noted: {
      keys: ['PK=secret'],
      grants: new Set(),
      reaching: new Set(),
      limited: false,
      read: new Set(),
      written: new Set(),
      masked: new Set(),
      refusals: [],
    },
    decision: 'allow',
    reason: undefined,
    confirmation: undefined,
    status: 200,
    code: undefined,
    items: 1,
    capacity: 0.5,
    durationMs: 1,
    awsRequestIds: [],
    traceId: undefined,
  });

  test('go by the rule that was in force, stand before another policy, and none comes too late', () => {
    let rule = { version: 'one', audit: { keys: 'none' as 'none' | 'plain', required: false } };
    const lines: Line[] = [];
    const audit = createAudit({
      policy: () => rule,
      secrets: { digest: () => '' },
      sinks: [{ write: (line) => lines.push(JSON.parse(line)), takes: () => true }],
    });

    audit.record(call('1'));
    rule = { version: 'two', audit: { keys: 'plain', required: false } };
    audit.policyChanged('two');
    audit.record(call('2'));
    audit.close();
    audit.record(call('3'));

    expect(lines.map(({ kind, request_id: id, keys }) => [kind, id, keys])).toEqual([
      ['start', undefined, undefined],
      ['call', '1', undefined],
      ['policy', undefined, undefined],
      ['call', '2', ['PK=secret']],
      ['head', undefined, undefined],
      ['call', '3', ['PK=secret']],
    ]);
  });
});

describe('a file', () => {
  test('is a chain that goes on after a restart, and is verified', async () => {
    const file = newFile();
    const environment = { AUDIT_FILE: file };
    const ended = () => readFileSync(file, 'utf8').split('"end":true').length - 1;
    for (const run of [1, 2]) {
      await started({ environment }, (service) => service.as('reader', 'scan').then(() => {}));
      await expect.poll(ended).toBe(run);
    }

    const { code, stdout } = await startProcess(['audit', 'verify', file]).exit();

    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toEqual([
      expect.stringMatching(/: whole through sequence \d+, and the process ended there$/),
      expect.stringMatching(/: whole through sequence \d+, and the process ended there$/),
    ]);
  });

  test('that cannot be opened is a reason not to start', async () => {
    await expect(
      startGuarded({}, { environment: { AUDIT_FILE: '/no/such/folder/audit' } }),
    ).rejects.toThrow('AUDIT_FILE cannot be opened for writing: /no/such/folder/audit (ENOENT).');
  });

  test('that takes nothing keeps calls from writing, where the audit is required', async () => {
    const policy = { audit: { required: true } };
    const environment = { AUDIT_FILE: '/dev/full' };
    const service = await startGuarded({ reader: READER }, { policy, environment });
    try {
      const put = () => service.as('admin', 'put_item', { item: KEY });
      await expect.poll(async () => (await put()).status).toBe(503);
      const { body } = await put();
      const read = await service.as('admin', 'get_item', { key: KEY });

      expect(body).toMatchObject({ code: 'AuditUnavailable', retryable: true });
      expect(read.status).toBe(200);
    } finally {
      await service.close();
    }
  });
});

describe('verification', () => {
  const lines = async () => {
    const file = newFile();
    await started({ environment: { AUDIT_FILE: file } }, async (service) => {
      for (let at = 0; at < 4; at++) await service.as('reader', 'scan');
    });
    await expect.poll(() => readFileSync(file, 'utf8')).toContain('"end":true');
    return readFileSync(file, 'utf8').trimEnd().split('\n');
  };
  const verify = (text: readonly string[]) => verifyAudit(Readable.from(text));

  test('finds a line that was removed, repeated, moved or changed', async () => {
    const whole = await lines();
    const [first = '', second = '', third = '', ...rest] = whole;

    expect(await verify(whole)).toMatchObject({ problems: [] });
    expect((await verify([first, third, ...rest])).problems).toEqual([
      expect.stringMatching(/^line 2: 1 line is missing before it/),
    ]);
    expect((await verify([second, third, ...rest])).problems).toHaveLength(1);
    expect((await verify([first, second, second, third, ...rest])).problems).not.toEqual([]);
    expect((await verify([first, third, second, ...rest])).problems).not.toEqual([]);
    const forged = second.replace('"decision":"allow"', '"decision":"deny"');
    expect((await verify([first, forged, third, ...rest])).problems[0]).toBe(
      'line 2: was changed, or cut off',
    );
  });

  test('vouches no further than what is there', async () => {
    const whole = await lines();
    const { problems, instances } = await verify(whole.slice(0, 3));

    expect(problems).toEqual([]);
    expect(instances).toMatchObject([{ vouchedThrough: 3, ended: false }]);
  });

  test('passes over lines of others, and says where there are none', async () => {
    const whole = await lines();
    const file = newFile();
    writeFileSync(file, '');
    appendFileSync(file, 'not an audit line\n');

    expect(await verify(['{"logger":"dynamodb-mcp"}', ...whole])).toMatchObject({ problems: [] });
    const { code, stderr } = await startProcess(['audit', 'verify', file]).exit();
    expect([code, stderr]).toEqual([1, `There are no audit lines in ${file}.\n`]);
  });
});
