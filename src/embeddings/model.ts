/** A request that asks for the vector of a text. */
export interface EmbeddingRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** How a model is asked, and what its answer holds. */
export interface EmbeddingModel {
  request(text: string, dimensions: number): Promise<EmbeddingRequest>;
  /** The vector in an answer, unchecked; undefined where it has none. */
  vectorIn(answer: unknown): unknown;
  /** Told of what failed. */
  failed?(error: unknown): void;
}
