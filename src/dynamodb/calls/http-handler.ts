import type { Readable } from 'node:stream';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { HttpHandlerOptions, HttpRequest, HttpResponse } from '@smithy/types';
import { isJsonObject } from '../../json/parse.ts';
import { readAtMost } from '../../read-at-most.ts';
import { type AnswerCheck, notAnAnswer } from './answers.ts';
import { type Kept, keepItems, keepOutput } from './kept-values.ts';
import { currentOperation } from './operation.ts';

/** Several times what the largest page takes on the wire. */
export const MAX_ANSWER_BYTES = 67_108_864;

type Headers = Record<string, string | undefined>;

/** The SDK's own way to speak HTTP, whose answers are bounded, and looked at before the SDK is. */
export class CheckedHttpHandler extends NodeHttpHandler {
  readonly #answers: AnswerCheck;

  constructor(options: ConstructorParameters<typeof NodeHttpHandler>[0], answers: AnswerCheck) {
    super(options);
    this.#answers = answers;
  }

  override async handle(request: HttpRequest, options?: HttpHandlerOptions) {
    const operation = currentOperation.getStore();
    if (operation) operation.kept = undefined;
    const handled = await super.handle(request as never, options);
    const response: HttpResponse = handled.response;
    const body = await readAtMost(response.body as Readable, MAX_ANSWER_BYTES, () =>
      notAnAnswer('it is larger than any page'),
    );
    operation?.received(body.length);
    const kept = this.#read(request, response, body);
    if (operation) operation.kept = kept?.members;
    response.body = kept?.rest ?? body;
    return handled;
  }

  /** Looks at an answer; what is kept of it is not the SDK's to read. */
  #read(
    request: HttpRequest,
    { statusCode: status, headers }: HttpResponse,
    body: Buffer,
  ): Kept | undefined {
    const requestId = (headers as Headers)['x-amzn-requestid'];
    this.#answers.head(request.hostname, { status, requestId });
    if (status >= 300) return keepItems(body);
    const operation = String((request.headers as Headers)['x-amz-target']).split('.')[1] ?? '';
    const kept = keepOutput(operation, body);
    this.#answers.output(operation, kept?.members ?? parseOutput(body));
    return kept;
  }
}

function parseOutput(body: Buffer): object {
  try {
    const output: unknown = JSON.parse(body.toString());
    if (isJsonObject(output)) return output;
  } catch (error) {
    throw notAnAnswer('it is not JSON', error);
  }
  throw notAnAnswer('it is no JSON object');
}
