import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ERRORS } from '../../src/errors.ts';
import { TOOLS } from '../../src/tools/registry.ts';
import { VERSION } from '../../src/version.ts';
import { startService, type TestService } from '../support/service.ts';

interface Operation {
  operationId: string;
  summary: string;
  description: string;
  requestBody?: { required?: boolean; content: Record<string, MediaType> };
  responses: Record<string, { content?: Record<string, MediaType> }>;
}

interface MediaType {
  schema: {
    properties: Record<string, object>;
    oneOf?: object[];
    required?: string[];
    additionalProperties?: boolean;
  };
  examples: Record<string, { value: unknown }>;
}

interface OpenApi {
  openapi: string;
  info: { version: string };
  paths: Record<string, Record<string, Operation>>;
}

let service: TestService;
let document: OpenApi;
let verdict: unknown;
/** The document with all references resolved. */
let resolved: OpenApi;

beforeAll(async () => {
  service = await startService();
  const { text } = await service.request('/openapi.json');
  document = JSON.parse(text);
  const validator = new Validator();
  verdict = await validator.validate(JSON.parse(text));
  resolved = validator.resolveRefs() as unknown as OpenApi;
});

afterAll(() => service.close());

function operationOf(tool: string): Operation {
  const operation = resolved.paths[`/tools/${tool}`]?.post;
  if (!operation) throw new Error(`The document lacks ${tool}`);
  return operation;
}

/** The JSON body of a request or of a reply. */
function json(message: { content?: Record<string, MediaType> } | undefined): MediaType {
  const media = message?.content?.['application/json'];
  if (!media) throw new Error('The document lacks a JSON body');
  return media;
}

describe('the OpenAPI document', () => {
  test('is valid OpenAPI 3.1', () => {
    expect(verdict).toEqual({ valid: true });
    expect(document).toMatchObject({ openapi: '3.1.0', info: { version: VERSION } });
  });

  test('has the tools of the registry, the status routes, and nothing else', () => {
    const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method} ${path}`),
    );

    expect(routes.toSorted()).toEqual(
      [
        ...['get /', 'get /health', 'get /health/started', 'get /openapi.json', 'get /ready'],
        ...['get /bulk/export', 'post /bulk/import'],
        ...TOOLS.map(({ name }) => `post /tools/${name}`),
      ].toSorted(),
    );
  });

  test('names every operation once', () => {
    const ids = Object.values(document.paths).flatMap((operations) =>
      Object.values(operations).map(({ operationId }) => operationId),
    );

    expect(ids.toSorted()).toEqual([...new Set(ids)].toSorted());
  });

  test('lists paths that exist', async () => {
    for (const [path, operations] of Object.entries(document.paths)) {
      const [method = ''] = Object.keys(operations);
      const { status } = await service.request(path, { method: method.toUpperCase() });
      expect([path, [404, 405].includes(status)]).toEqual([path, false]);
    }
  });
});

describe.each(TOOLS.map((tool) => ({ name: tool.name, tool })))('$name', ({ name, tool }) => {
  test('is described by the words of its registration', () => {
    expect(operationOf(name)).toMatchObject({
      operationId: name,
      summary: tool.title,
      description: tool.description,
    });
  });

  test('shows its examples, which its own schema accepts', () => {
    const { examples } = json(operationOf(name).requestBody);

    const shown = Object.values(examples).map(({ value }) => value);
    const complaints = shown.map((value) => tool.input.safeParse(value).error?.message);

    expect(shown).toEqual(tool.examples.map(({ request }) => request));
    expect(complaints).toEqual(shown.map(() => undefined));
  });

  test('describes every field of its request and refuses others', () => {
    const { properties, additionalProperties } = json(operationOf(name).requestBody).schema;

    const silent = Object.entries(properties).filter(([, field]) => !('description' in field));

    expect(silent.map(([field]) => field)).toEqual([]);
    expect(additionalProperties).toBe(false);
  });

  test('wants a body only where an empty one is not enough', async () => {
    const empty = await service.request(`/tools/${name}`, { method: 'POST' });

    expect(operationOf(name).requestBody?.required).toBe(empty.status === 400);
  });

  test('replies with success, and with the statuses of the error table', () => {
    const { 200: success, ...failures } = operationOf(name).responses;
    const statuses = new Set(Object.values(ERRORS).map(({ status }) => String(status)));

    const { oneOf = [json(success).schema] } = json(success).schema;
    // What reads or writes items replies to a dry run too.
    expect(oneOf).toHaveLength(name === 'describe_table' ? 1 : 2);
    for (const schema of oneOf) {
      expect(schema).toMatchObject({
        properties: { success: { const: true } },
        required: expect.arrayContaining(['success']),
      });
    }
    expect(new Set(Object.keys(failures))).toEqual(statuses);
    for (const failure of Object.values(failures)) {
      expect(json(failure).schema.required).toEqual([
        ...['success', 'error', 'code', 'retryable', 'request_id'],
      ]);
    }
  });
});
