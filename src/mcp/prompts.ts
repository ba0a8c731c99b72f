import {
  type GetPromptResult,
  type Prompt,
  ProtocolError,
  ProtocolErrorCode,
} from '@modelcontextprotocol/server';
import { describeKeys } from './key-text.ts';
import type { TableReader, TableView } from './table-reader.ts';

/** The argument that names an index. */
export const INDEX_ARGUMENT = 'index_name';

const DESCRIPTION = 'How to answer a question from this table at the least cost.';

/** The prompts as MCP lists them. */
export const PROMPTS: Prompt[] = [
  {
    name: 'design_query',
    title: 'Design a query',
    description: DESCRIPTION,
    arguments: [
      { name: 'question', description: 'What you want to know.', required: true },
      { name: INDEX_ARGUMENT, description: 'An index you want to use.' },
    ],
  },
];

/** The error for a request that cannot be answered as it is; the sentence says what could be. */
export function invalidParams(sentence: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, sentence);
}

/** The prompt of a name; throws a protocol error that names those that there are. */
export function findPrompt(name: string): Prompt {
  const prompt = PROMPTS.find((candidate) => candidate.name === name);
  if (prompt) return prompt;
  const names = PROMPTS.map((candidate) => candidate.name).join(', ');
  throw invalidParams(`There is no such prompt, only ${names}.`);
}

/** A prompt filled in for this table; throws a protocol error for what there is not. */
export async function getPrompt(
  name: string,
  { question, [INDEX_ARGUMENT]: index }: Record<string, string> = {},
  table: TableReader,
): Promise<GetPromptResult> {
  findPrompt(name);
  if (!question) throw invalidParams('The prompt needs a question.');
  const text = designQuery(question, index, await table());
  return {
    description: DESCRIPTION,
    messages: [{ role: 'user', content: { type: 'text', text } }],
  };
}

function designQuery(question: string, index: string | undefined, table: TableView): string {
  const names = table.indexes.map(({ index_name }) => index_name);
  if (index && !names.includes(index)) {
    const has = names.length > 0 ? `it has ${names.join(', ')}` : 'it has none';
    throw invalidParams(`The table has no such index; ${has}.`);
  }
  const indexes = table.indexes.map(
    ({ index_name, key_schema, projection }) =>
      `- index ${index_name}: ${describeKeys(key_schema)}; projects ${projection}`,
  );
  return [
    `Answer this from the DynamoDB table ${table.table}: ${question}`,
    '',
    `Its keys: ${describeKeys(table.key_schema)}.`,
    ...(indexes.length > 0 ? indexes : ['It has no indexes.']),
    ...(index ? [`Use the index ${index} if it fits.`] : []),
    ...(table.guide ? ['', table.guide] : []),
    '',
    'Decide in this order:',
    '1. All key attributes known: get_item; several such keys: batch_get_item.',
    '2. The partition key of the table or of an index known: query with key, and sort_key for a range or a prefix.',
    '3. Neither: scan with filter. It reads and pays for everything; say so before a large one.',
    'A filter saves no cost. Project only the attributes that are needed. An empty page with a last_evaluated_key is not the end. describe_table with entities shows the attributes.',
  ].join('\n');
}
