import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROJECT, startProcess } from '../support/service-process.ts';

const example = (name: string) => path.join(PROJECT, 'examples/access', name);
const run = (args: string[]) => startProcess([...args, '--local', '--in-memory']).exit();

function write(name: string, text: string): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'policy-')), name);
  writeFileSync(file, text);
  return file;
}

describe('policy test', () => {
  test.each(['tenants', 'analyst', 'status-agent', 'import-job', 'team'])(
    'the example %s decides its cases as it says',
    async (name) => {
      const { code, stdout, stderr } = await run([
        ...['policy', 'test', example(`${name}.cases.yaml`)],
        ...['--policy', example(`${name}.yaml`)],
      ]);

      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^\d+ cases decided as expected\.\n$/);
    },
  );

  test('names the cases that are decided otherwise', async () => {
    const cases = write(
      'cases.yaml',
      `- { as: "key:nobody", tool: scan, input: {}, expect: allow }
- { as: "key:status-bot", tool: delete_item, input: {}, expect: deny, code: Unauthenticated }
- as: "key:status-bot"
  tool: query
  input: { key: { PK: "PROJECT#1" } }
  expect: allow
  request: { IndexName: GSI1 }
`,
    );
    const { code, stderr } = await run([
      ...['policy', 'test', cases, '--policy', example('status-agent.yaml')],
    ]);

    expect(code).toBe(1);
    expect(stderr).toContain('3 of 3 cases were decided otherwise:');
    expect(stderr).toContain('case 1, scan: expected allow, got deny');
    expect(stderr).toContain('case 2, delete_item: expected Unauthenticated, got Forbidden');
    expect(stderr).toContain('case 3, query: expected another request');
  });
});

describe('policy explain', () => {
  test('tells the decision, the grant, and the whole request', async () => {
    const { stdout } = await run([
      ...['policy', 'explain', '--policy', example('status-agent.yaml'), '--as', 'key:status-bot'],
      ...['query', '{"key": {"PK": "PROJECT#1"}}'],
    ]);

    expect(JSON.parse(stdout)).toMatchObject({
      decision: 'allow',
      role: 'status-agent',
      grants: ['status-agent.grants[0]'],
      request: { operation: 'Query', input: { FilterExpression: expect.any(String) } },
    });
  });

  test('tells why a call is refused, and sends nothing', async () => {
    const { stdout } = await run([
      ...['policy', 'explain', '--policy', example('tenants.yaml')],
      ...['--as', '{"issuer": "main", "claims": {"tenant": "acme", "scope": "dynamodb:read"}}'],
      ...['get_item', '{"key": {"PK": "TENANT#globex#1", "SK": "A"}}'],
    ]);

    expect(JSON.parse(stdout)).toEqual({
      decision: 'deny',
      role: 'tenant',
      grants: [],
      code: 'Forbidden',
      reason: 'key: is outside what your role may reach',
    });
  });
});

describe('policy check', () => {
  test('passes a good one and tells what is doubtful', async () => {
    const policy = write(
      'policy.yaml',
      `version: 1
principals: [{ transport: stdio, role: reader }]
roles: { reader: { grants: [{ items: "*", tools: [get_item], read: { hide: [secret] } }] } }
`,
    );
    const { code, stdout } = await run(['policy', 'check', '--policy', policy]);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^Warning: roles\.reader\.grants\[0\]\.read\.hide/);
    expect(stdout).toMatch(/The policy is valid: version [0-9a-f]{12}, 1 roles\.\n$/);
  });

  test('refuses one that does not fit the table', async () => {
    const policy = write(
      'policy.yaml',
      `version: 1
principals: [{ transport: stdio, role: reader }]
roles: { reader: { grants: [{ items: "*", tools: [query], indexes: [GSI9] }] } }
`,
    );
    const { code, stderr } = await run(['policy', 'check', '--policy', policy]);

    expect(code).toBe(1);
    expect(stderr).toContain('The policy does not fit the table:');
    expect(stderr).toContain('the table has no index "GSI9"');
  });
});
