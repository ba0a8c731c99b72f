import type { EmbeddingModel } from './model.ts';

/** A model behind OpenAI's `POST /embeddings`, which many servers speak. */
export function createOpenAiModel(
  { model, url }: { model: string; url: string },
  apiKey: string | undefined,
): EmbeddingModel {
  const address = `${url.replace(/\/+$/, '')}/embeddings`;
  const headers: Record<string, string> = apiKey ? { authorization: `Bearer ${apiKey}` } : {};
  return {
    request: async (text) => ({
      url: address,
      headers,
      body: JSON.stringify({ model, input: text }),
    }),
    vectorIn: (answer) =>
      (answer as { data?: { embedding?: unknown }[] } | null)?.data?.[0]?.embedding,
  };
}
