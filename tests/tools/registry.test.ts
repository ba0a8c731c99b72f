import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { TOOLS } from '../../src/tools/registry.ts';
import type { AnyTool } from '../../src/tools/tool.ts';

type JsonSchema = {
  properties?: Record<string, JsonSchema>;
  description?: string;
  type?: string;
  additionalProperties?: unknown;
};

const schemaOf = (schema: z.ZodType, io: 'input' | 'output') =>
  z.toJSONSchema(schema, { unrepresentable: 'any', io }) as JsonSchema;

test('every file of a tool is in the registry, once', () => {
  const folder = path.join(import.meta.dirname, '../../src/tools');
  const files = readdirSync(folder).map((file) => file.replace(/\.ts$/, '').replaceAll('-', '_'));
  const names = TOOLS.map(({ name }) => name);

  expect(new Set(names).size).toBe(names.length);
  expect(files).toEqual(expect.arrayContaining(names));
  expect(names).toEqual([
    'put_item',
    'get_item',
    'update_item',
    'delete_item',
    'query',
    'scan',
    'batch_get_item',
    'batch_write_item',
    'transact_write_items',
    'transact_get_items',
    'search_vectors',
    'describe_table',
  ]);
});

describe.each(TOOLS.map((tool): [string, AnyTool] => [tool.name, tool]))('%s', (_name, tool) => {
  test('has a title and a description', () => {
    expect(tool.title).toMatch(/^[A-Z]/);
    expect(tool.description.length).toBeGreaterThan(40);
  });

  test('takes an object without unknown fields, each described', () => {
    const schema = schemaOf(tool.input, 'input');

    expect(schema.type).toBe('object');
    expect(schema.additionalProperties).toBe(false);
    for (const [field, { description }] of Object.entries(schema.properties ?? {})) {
      expect(description, field).toMatch(/\w/);
    }
  });

  test('returns an object without unknown fields', () => {
    const schema = schemaOf(tool.output, 'output');

    expect(schema.type).toBe('object');
    expect(schema.additionalProperties).toBe(false);
  });

  test('has schemas that every model provider accepts', () => {
    const text = JSON.stringify([schemaOf(tool.input, 'input'), schemaOf(tool.output, 'output')]);

    expect(text).not.toContain('propertyNames');
    expect(text).not.toContain('"$ref"');
  });

  test('names its effect as its name says', () => {
    const reads = /^(get|query|scan|search|describe|batch_get|transact_get)/.test(tool.name);

    expect(tool.effect === 'read').toBe(reads);
    if (reads) expect(tool.idempotent).toBe(true);
  });

  test('has examples that its own schema takes', () => {
    for (const { request, summary } of tool.examples) {
      expect(tool.input.safeParse(request).success, summary).toBe(true);
    }
  });
});
