import { z } from 'zod';

const RULE =
  'must be bedrock:<model>, or openai:<model>@<url> with the base URL of an API as OpenAI has it, such as https://api.openai.com/v1';
const BEDROCK = /^bedrock:([\w.:-]{1,256})$/;
const OPENAI = /^openai:(\S{1,256}?)@(https?:\/\/\S+)$/;

/** Which model makes vectors of texts, and where it is. */
export const embeddings = z
  .string()
  .transform((given, context) => {
    const read = readEmbeddings(given);
    if (!read) context.addIssue(RULE);
    return read;
  })
  .optional();

function readEmbeddings(given: string) {
  const [, bedrock] = BEDROCK.exec(given) ?? [];
  if (bedrock) return { kind: 'bedrock' as const, model: bedrock };
  const [, model, url = ''] = OPENAI.exec(given) ?? [];
  if (!model || !URL.canParse(url)) return undefined;
  const { username, password, search, hash } = new URL(url);
  // Secrets have a setting of their own, and a path is appended.
  return username || password || search || hash
    ? undefined
    : { kind: 'openai' as const, model, url };
}

/** What is wrong with settings that belong together. */
export function embeddingsProblems({
  EMBEDDINGS: embeddings = '',
  EMBEDDINGS_API_KEY: key,
}: Record<string, string | undefined>): string[] {
  return key && !embeddings.startsWith('openai:')
    ? ['EMBEDDINGS_API_KEY is of use only with EMBEDDINGS=openai:…']
    : [];
}
