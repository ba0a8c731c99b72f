import type { Call } from '../dynamodb/calls/call.ts';
import { Limiter } from '../dynamodb/calls/limiter.ts';
import { StartError } from '../errors.ts';
import { BEDROCK_MODELS, type BedrockSettings, createBedrockModel } from './bedrock.ts';
import { unavailable, unfit } from './failures.ts';
import type { EmbeddingModel } from './model.ts';
import { createOpenAiModel } from './openai.ts';
import { ask } from './request.ts';

/** The index that a vector is made for. */
export interface VectorSpace {
  readonly name: string;
  /** How many numbers a vector has. */
  readonly dimensions: number;
}

/**
 * The vector of a text for an index, while the call lasts. Throws EmbeddingsUnavailable, and
 * Overloaded where too many wait.
 */
export type Embed = (text: string, index: VectorSpace, call: Call) => Promise<number[]>;

/** Which model makes vectors of texts. */
export type EmbeddingsSettings =
  | { kind: 'bedrock'; model: string }
  | { kind: 'openai'; model: string; url: string };

/** What is to be known besides. */
export interface EmbeddingsContext extends BedrockSettings {
  /** What a server of OpenAI's kind asks for. */
  apiKey: string | undefined;
  maxInFlight: number;
  maxQueue: number;
}

const LARGEST_FLOAT = 3.4028234663852886e38;

/** What makes vectors of texts; throws StartError for a model that it does not know. */
export function createEmbed(settings: EmbeddingsSettings, context: EmbeddingsContext): Embed {
  const model = modelOf(settings, context);
  const limiter = new Limiter(context.maxInFlight, context.maxQueue);
  return async (text, index, call) => {
    if (!limiter.tryEnter(call.caller)) await limiter.waitToEnter(call);
    try {
      const answer = await ask(await model.request(text, index.dimensions), call);
      return checkedVector(model.vectorIn(answer), index);
    } catch (error) {
      model.failed?.(error);
      throw unavailable(error, call);
    } finally {
      limiter.leave(call.caller);
    }
  };
}

function modelOf(settings: EmbeddingsSettings, context: EmbeddingsContext): EmbeddingModel {
  if (settings.kind === 'openai') return createOpenAiModel(settings, context.apiKey);
  const model = createBedrockModel(settings.model, context);
  if (model) return model;
  throw new StartError(
    `EMBEDDINGS names ${settings.model}; of Bedrock's models the service knows ${BEDROCK_MODELS.join(', ')}.`,
  );
}

function checkedVector(vector: unknown, { name, dimensions }: VectorSpace): number[] {
  if (!Array.isArray(vector) || !vector.every(isFloat)) {
    throw new Error('The answer holds no vector.');
  }
  if (vector.length === dimensions) return vector;
  throw unfit(
    `The embedding model makes vectors of ${vector.length} numbers; the index ${name} requires ${dimensions}.`,
  );
}

/** Whether a vector of DynamoDB can hold the number. */
function isFloat(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= LARGEST_FLOAT;
}
