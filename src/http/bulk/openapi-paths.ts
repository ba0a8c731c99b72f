import { EXPORT, IMPORT } from '../../bulk/parameters.ts';
import { isJsonObject, type JsonObject } from '../../json/parse.ts';
import { toJsonSchema } from '../../tools/json-schema.ts';

const LINES = { 'application/x-ndjson': { schema: { type: 'string' } } };

/** The OpenAPI paths of exports and imports, with the responses of failures that all routes have. */
export function bulkPaths(failures: JsonObject) {
  return {
    '/bulk/export': {
      get: {
        operationId: 'bulk_export',
        summary: 'Export items as lines',
        description:
          'A line {"item": …} or {"Item": …} for each item, {"page": {cursor, items, consumed_capacity}} after each page, an empty line while there is nothing else to send, and last {"end": …} or {"error": {code, error, retryable, cursor}}. As CSV, rows alone: a failed export breaks the connection.',
        tags: ['bulk'],
        parameters: parametersOf(toJsonSchema(EXPORT, 'input')),
        responses: {
          200: {
            description: 'The lines, as they are read',
            content: { ...LINES, 'text/csv': { schema: { type: 'string' } } },
          },
          ...failures,
        },
      },
    },
    '/bulk/import': {
      post: {
        operationId: 'bulk_import',
        summary: 'Import items from lines',
        description:
          'Takes the lines of an export, compressed by gzip or not, of any length. Replies a line {"failed": {line, code, error, key}} for each line that is not written, {"progress": …} now and then, and last {"end": {lines, written, failed, unknown, durable_through_line}} or {"error": …}.',
        tags: ['bulk'],
        parameters: parametersOf(toJsonSchema(IMPORT, 'input')),
        requestBody: { required: true, content: LINES },
        responses: {
          200: { description: 'What became of the lines', content: LINES },
          ...failures,
        },
      },
    },
  };
}

/** The members of a schema as parameters of a query string. */
function parametersOf({ properties }: JsonObject) {
  return Object.entries(isJsonObject(properties) ? properties : {}).map(([name, schema]) => {
    const { description, ...rest } = isJsonObject(schema) ? schema : {};
    return { name, in: 'query', description, schema: rest };
  });
}
