import { z } from 'zod';
import type { JsonObject } from '../json/parse.ts';

/** A tool's zod schema as JSON Schema 2020-12, for OpenAPI and MCP. */
export function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema, ...rest } = z.toJSONSchema(schema, { unrepresentable: 'any', io });
  return rest;
}
