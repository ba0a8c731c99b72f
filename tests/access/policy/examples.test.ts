import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { identityOf, readCases } from '../../../src/access/policy/cases.ts';
import { fitProblems, fitWarnings } from '../../../src/access/policy/fit.ts';
import { policySchemaText } from '../../../src/access/policy/json-schema.ts';
import { TABLE_DEFINITION } from '../../../src/dynamodb/tables/table-definition.ts';
import { readTableSchema } from '../../../src/dynamodb/tables/table-schema.ts';
import { StartError } from '../../../src/errors.ts';
import { TOOLS } from '../../../src/tools/registry.ts';
import { policyOf } from '../../support/policies.ts';

const ROOT = path.join(import.meta.dirname, '../../..');
const FOLDER = path.join(ROOT, 'examples/access');
const read = (file: string) => readFileSync(path.join(FOLDER, file), 'utf8');
const EXAMPLES = readdirSync(FOLDER)
  .filter((file) => !file.endsWith('.cases.yaml'))
  .map((file) => file.replace(/\.yaml$/, ''));
const SCHEMAS = new Map([['Main', readTableSchema(TABLE_DEFINITION)]]);

describe.each(EXAMPLES)('examples/access/%s.yaml', (name) => {
  const policy = policyOf(read(`${name}.yaml`));

  test('is a good policy for the sample table', () => {
    expect(policy.warnings).toEqual([]);
    expect(fitProblems(policy, SCHEMAS)).toEqual([]);
    expect(fitWarnings(policy, SCHEMAS)).toEqual([]);
  });

  test('has cases about somebody with a role, allowed and denied', () => {
    const cases = readCases(read(`${name}.cases.yaml`));

    for (const { as } of cases) expect(policy.roleOf(identityOf(as, policy))).toBeDefined();
    expect(new Set(cases.map(({ expect }) => expect))).toEqual(new Set(['allow', 'deny']));
  });

  test('has cases that are calls which the tools take', () => {
    for (const { tool: called, input } of readCases(read(`${name}.cases.yaml`))) {
      const tool = TOOLS.find((each) => each.name === called);

      expect(tool?.input.safeParse(input).error, JSON.stringify(input)).toBeUndefined();
    }
  });
});

test('cases that are none are refused with all their problems', () => {
  const text = '- { as: me, tool: scan, input: 1, expect: maybe, code: Nope }\n- { tool: scan }\n';

  expect(() => readCases(text)).toThrow(
    new StartError(
      [
        'The cases are not valid:',
        '  [0].as (line 1): must be stdio or key:NAME',
        '  [0].input (line 1): must be an object',
        '  [0].expect (line 1): must be allow or deny',
        '  [0].code (line 1): must be an error code',
        '  [1].as (line 2): is required',
        '  [1].input (line 2): is required',
        '  [1].expect (line 2): is required',
      ].join('\n'),
    ),
  );
});

test('the schema for editors is up to date: npm run policy-schema', () => {
  const written = readFileSync(path.join(ROOT, 'docs/access-policy.schema.json'), 'utf8');

  expect(written).toBe(policySchemaText());
});
