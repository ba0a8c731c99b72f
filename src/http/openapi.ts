import { z } from 'zod';
import { ERRORS, type ErrorCode } from '../errors.ts';
import type { JsonObject } from '../json/parse.ts';
import { SERVICE } from '../observability/logger.ts';
import { dryRunReply, takesDryRun } from '../tools/dry-run.ts';
import { toJsonSchema } from '../tools/json-schema.ts';
import type { AnyTool } from '../tools/tool.ts';
import { bulkPaths } from './bulk/openapi-paths.ts';
import { PROBES, STARTED_PATH } from './open-routes.ts';

const ERROR_SCHEMA = z.strictObject({
  success: z.literal(false),
  error: z.string().describe('One sentence.'),
  code: z.enum(Object.keys(ERRORS) as [ErrorCode]),
  retryable: z.boolean().describe('Whether the same request may succeed later.'),
  request_id: z.string(),
  issues: z
    .array(z.strictObject({ path: z.string(), message: z.string() }))
    .optional()
    .describe('What is wrong in the request.'),
  item: z.unknown().optional().describe('The stored item that made a condition fail.'),
  reasons: z
    .array(
      z.strictObject({
        index: z.int(),
        code: z.string(),
        error: z.string(),
        item: z.unknown().optional(),
      }),
    )
    .optional()
    .describe('Why operations of a cancelled transaction failed.'),
  confirmation: z
    .string()
    .optional()
    .describe('Sent back as the header x-confirmation, it confirms the same call.'),
});

/** The OpenAPI 3.1 document of all routes, made from the registry. */
export function openApiDocument(tools: readonly AnyTool[], version: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: SERVICE,
      version,
      description: 'One Amazon DynamoDB table behind a small, exact, safe HTTP service.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{}, { apiKey: [] }],
    tags: [{ name: 'tools' }, { name: 'bulk' }, { name: 'status' }],
    paths: {
      ...Object.fromEntries(
        tools.map((tool) => [`/tools/${tool.name}`, { post: toolOperation(tool) }]),
      ),
      ...bulkPaths(failures()),
      ...Object.fromEntries(
        STATUS_ROUTES.map(([path, summary]) => [path, { get: statusOperation(path, summary) }]),
      ),
    },
    components: {
      schemas: { Error: toJsonSchema(ERROR_SCHEMA, 'output') },
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } },
      responses: errorResponses(),
    },
  };
}

const STATUS_ROUTES: [string, string][] = [
  ['/', 'What this is'],
  ['/health', 'Whether the process lives'],
  [STARTED_PATH, 'Whether the table has answered since the start'],
  ['/ready', 'Whether the table can be used'],
  ['/openapi.json', 'This document'],
];

/** What 503 of a status route means. */
const UNREADY: Record<string, string> = { '/ready': 'Not ready', [STARTED_PATH]: 'Not started' };

function toolOperation(tool: AnyTool) {
  const examples = tool.examples.map(({ summary, request }, index) => [
    `example${index + 1}`,
    { summary, value: request },
  ]);
  return {
    operationId: tool.name,
    summary: tool.title,
    description: tool.description,
    tags: ['tools'],
    requestBody: {
      required: !tool.input.safeParse({}).success,
      content: json(toJsonSchema(tool.input, 'input'), { examples: Object.fromEntries(examples) }),
    },
    responses: {
      200: { description: 'Done', content: json(replySchema(tool)) },
      ...failures(),
    },
  };
}

function failures(): JsonObject {
  return Object.fromEntries(
    errorStatuses().map((status) => [status, { $ref: `#/components/responses/E${status}` }]),
  );
}

function statusOperation(path: string, summary: string) {
  const content = json({ type: 'object' });
  return {
    operationId: path === '/' ? 'root' : path.replace(/\W/g, '_').slice(1),
    summary,
    tags: ['status'],
    ...(PROBES.has(path) && { security: [] }),
    responses: {
      200: { description: 'OK', content },
      ...(UNREADY[path] && { 503: { description: UNREADY[path], content } }),
    },
  };
}

/** What a tool replies, also to a dry run. */
function replySchema(tool: AnyTool): JsonObject {
  if (!takesDryRun(tool)) return successSchema(tool);
  return { oneOf: [successSchema(tool), successSchema({ output: dryRunReply })] };
}

/** The reply of a tool: its output beside `success`. */
function successSchema(tool: Pick<AnyTool, 'output'>): JsonObject {
  const { properties = {}, required = [], ...schema } = toJsonSchema(tool.output, 'output');
  return {
    ...schema,
    properties: { success: { const: true }, ...(properties as JsonObject) },
    required: ['success', ...(required as string[])],
  };
}

function errorStatuses(): number[] {
  return [...new Set(Object.values(ERRORS).map(({ status }) => status))].sort();
}

function errorResponses() {
  return Object.fromEntries(
    errorStatuses().map((status) => {
      const codes = Object.entries(ERRORS).filter(([, kind]) => kind.status === status);
      return [
        `E${status}`,
        {
          description: codes.map(([code]) => code).join(', '),
          content: json({ $ref: '#/components/schemas/Error' }),
        },
      ];
    }),
  );
}

function json(schema: JsonObject, more: object = {}) {
  return { 'application/json': { schema, ...more } };
}
