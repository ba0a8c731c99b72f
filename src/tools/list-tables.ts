import { z } from 'zod';
import { mayDescribe } from '../dynamodb/guard/description-guard.ts';
import { counted } from './counted.ts';
import { defineTool, INPUT_BYTES } from './tool.ts';

export const listTables = defineTool({
  name: 'list_tables',
  title: 'List the tables',
  description:
    'The tables that a call may name, with their keys and indexes. For details of one use describe_table.',
  effect: 'read',
  idempotent: true,
  maxInputBytes: INPUT_BYTES.key,
  input: z.strictObject({}),
  output: z.strictObject({
    tables: z.array(
      z.strictObject({
        table: z.string().describe('Its name; the first is the default.'),
        status: z
          .string()
          .describe('ACTIVE when it can be used, UNAVAILABLE when it cannot be read.'),
        key_attributes: z.array(z.string()).describe('The partition key first.'),
        indexes: z.array(z.string()).describe('Names of its indexes.'),
        vector_indexes: z.array(z.string()).describe('Names of those of search_vectors.'),
      }),
    ),
  }),
  examples: [{ summary: 'List the tables', request: {} }],
  run: async (_input, { gateway, call }) => {
    const tables = await Promise.all(
      gateway.tableNames
        .filter((name) => mayDescribe(call.access, name))
        .map(async (name) => {
          const { status, keyAttributes, indexes, vectorIndexes } = await gateway
            .at(name)
            .outline(call);
          return {
            table: name,
            status,
            key_attributes: keyAttributes,
            indexes,
            vector_indexes: vectorIndexes,
          };
        }),
    );
    call.trail.said = counted(tables.length, 'table');
    return { tables };
  },
});
