import {
  type GetPromptResult,
  type Prompt,
  ProtocolError,
  ProtocolErrorCode,
} from '@modelcontextprotocol/server';
import type { TableReader, TableView } from './table-reader.ts';

/** The prompts as MCP lists them. */
export const PROMPTS: Prompt[] = [
  {
    name: 'design_query',
    title: 'Design a query',
    description: 'How to answer a question from this table at the least cost.',
    arguments: [
      { name: 'question', description: 'What you want to know.', required: true },
      { name: 'index_name', description: 'An index you want to use.' },
    ],
  },
];

/** A prompt filled in for this table; throws a protocol error for an unknown one. */
export async function getPrompt(
  name: string,
  { question, index_name }: Record<string, string> = {},
  table: TableReader,
): Promise<GetPromptResult> {
  if (!PROMPTS.some((prompt) => prompt.name === name)) {
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'There is no such prompt.');
  }
  if (!question) {
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'The prompt needs a question.');
  }
  const text = designQuery(question, index_name, await table.describe());
  return {
    description: 'How to answer a question from this table at the least cost.',
    messages: [{ role: 'user', content: { type: 'text', text } }],
  };
}

function designQuery(question: string, indexName: string | undefined, table: TableView): string {
  const keys = (schema: TableView['key_schema']) =>
    schema
      .map(({ attribute_name, attribute_type, key_type }) => {
        const role = key_type === 'HASH' ? 'partition key' : 'sort key';
        return `${attribute_name} (${role}, ${attribute_type})`;
      })
      .join(', ');
  const indexes = table.indexes.map(
    (index) =>
      `- index ${index.index_name}: ${keys(index.key_schema)}; projects ${index.projection}`,
  );
  return [
    `Answer this from the DynamoDB table ${table.table}: ${question}`,
    '',
    `Its keys: ${keys(table.key_schema)}.`,
    ...(indexes.length > 0 ? indexes : ['It has no indexes.']),
    ...(indexName ? [`Use the index ${indexName} if it fits.`] : []),
    '',
    'Decide in this order:',
    '1. All key attributes known: get_item; several such keys: batch_get_item.',
    '2. The partition key of the table or of an index known: query with key, and sort_key for a range or a prefix.',
    '3. Neither: scan with filter_expression. It reads and pays for everything; say so before a large one.',
    'A filter saves no cost. Project only the attributes that are needed. An empty page with a last_evaluated_key is not the end. Read dynamodb://table/sample to learn the attributes.',
  ].join('\n');
}
