import { createIdentity } from '../dynamodb/calls/identity.ts';
import { canonicalPath, Signer, sha256, signingTimestamp } from '../dynamodb/lean/sign.ts';
import { RefusedEmbedding, unfit } from './failures.ts';
import type { EmbeddingModel } from './model.ts';

/** Where Bedrock is, and who asks it. */
export interface BedrockSettings {
  /** Undefined for the region of the profile. */
  region: string | undefined;
  hasCredentialsEndpoint: boolean;
  /** Undefined for Amazon's own. */
  endpoint: string | undefined;
}

/** What a model of Bedrock takes and gives. */
interface Format {
  dimensions: readonly number[];
  body(text: string, dimensions: number): object;
  vectorIn(answer: unknown): unknown;
}

const TITAN: Format = {
  dimensions: [256, 512, 1_024],
  body: (inputText, dimensions) => ({ inputText, dimensions, normalize: true }),
  vectorIn: (answer) => (answer as { embedding?: unknown } | null)?.embedding,
};

const COHERE: Format = {
  dimensions: [1_024],
  body: (text) => ({ texts: [text], input_type: 'search_query' }),
  vectorIn: (answer) => (answer as { embeddings?: unknown[] } | null)?.embeddings?.[0],
};

const FORMATS: ReadonlyMap<string, Format> = new Map([
  ['amazon.titan-embed-text-v2:0', TITAN],
  ['cohere.embed-english-v3', COHERE],
  ['cohere.embed-multilingual-v3', COHERE],
]);

/** The models of Bedrock that can be configured. */
export const BEDROCK_MODELS = [...FORMATS.keys()];

const SERVICE = 'bedrock';
/** What says that it was the credentials that were refused. */
const FORBIDDEN = 403;

/** A model of Amazon Bedrock, asked with the SDK's credentials; undefined for one that is not known. */
export function createBedrockModel(
  model: string,
  settings: BedrockSettings,
): EmbeddingModel | undefined {
  const format = FORMATS.get(model);
  if (!format) return undefined;
  const identity = createIdentity(settings);
  const signer = new Signer();
  return {
    request: async (text, dimensions) => {
      if (!format.dimensions.includes(dimensions)) {
        const possible = format.dimensions.join(', ');
        throw unfit(
          `The embedding model makes vectors of ${possible} numbers; the index requires ${dimensions}.`,
        );
      }
      const region = await identity.region();
      const url = new URL(settings.endpoint ?? amazonEndpoint(region));
      const prefix = url.pathname.replace(/\/+$/, '');
      url.pathname = `${prefix}/model/${encodeURIComponent(model)}/invoke`;
      const body = JSON.stringify(format.body(text, dimensions));
      const bodyHash = sha256(body);
      const credentials = await identity.credentials();
      const timestamp = signingTimestamp(Date.now());
      const signed = {
        'content-type': 'application/json',
        host: url.host,
        'x-amz-content-sha256': bodyHash,
        'x-amz-date': timestamp,
        ...(credentials.sessionToken && { 'x-amz-security-token': credentials.sessionToken }),
      };
      const authorization = signer.authorization(
        {
          method: 'POST',
          path: canonicalPath(url.pathname),
          query: '',
          headers: Object.entries(signed).flat(),
          bodyHash,
        },
        { region, service: SERVICE, timestamp },
        credentials,
      );
      const { host: _set, ...headers } = signed;
      return { url: url.href, headers: { ...headers, authorization }, body };
    },
    vectorIn: format.vectorIn,
    failed: (error) => {
      if (error instanceof RefusedEmbedding && error.status === FORBIDDEN) identity.forget();
    },
  };
}

function amazonEndpoint(region: string): string {
  return `https://bedrock-runtime.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}
