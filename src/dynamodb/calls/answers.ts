import { isExactNumber } from '../../json/decimal.ts';

/** What the answer of an operation always has, so that whatever lacks it is none. */
const ALWAYS_THERE: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  Query: { Count: Number.isInteger, ScannedCount: Number.isInteger },
  Scan: { Count: Number.isInteger, ScannedCount: Number.isInteger },
  BatchGetItem: { Responses: isObject, UnprocessedKeys: isObject },
  BatchWriteItem: { UnprocessedItems: isObject },
  TransactGetItems: { Responses: Array.isArray },
  SearchVectors: { SearchResults: areNeighbours },
  DescribeTable: { Table: isObject },
};

type Check = (value: unknown) => boolean;

/** Amazon's own hosts, whose every answer has a request id. */
const AMAZON = /\.(?:amazonaws\.com(?:\.cn)?|api\.aws|api\.amazonwebservices\.com\.cn)$/;

/** Statuses that a proxy between gives up with, whatever became of the request. */
const GIVEN_UP = new Set([408, 499]);

/** What is looked at before an answer is believed. */
export interface Answer {
  readonly status: number;
  readonly requestId: string | undefined;
}

/** What arrived is no answer of DynamoDB: as good as none, so that the outcome is open. */
export function notAnAnswer(why: string, cause?: unknown): Error {
  const error = new Error(`What arrived is no answer of DynamoDB: ${why}.`, { cause });
  return Object.assign(error, { code: 'ECONNRESET' });
}

/** Tells answers of DynamoDB from what others say in its place; throws for what is none. */
export class AnswerCheck {
  #identified = false;

  /** Looks at the head of what came from a host. */
  head(host: string, { status, requestId }: Answer): void {
    if (requestId !== undefined) {
      this.#identified = true;
      return;
    }
    if (GIVEN_UP.has(status)) throw notAnAnswer(`HTTP ${status} without a request id`);
    if (status < 300 && (this.#identified || AMAZON.test(host))) {
      throw notAnAnswer('it has no request id');
    }
  }

  /** Looks at what an answer that says success holds. */
  output(operation: string, output: object): void {
    if ('__type' in output) throw notAnAnswer('it holds an error and says success');
    for (const [member, fits] of Object.entries(ALWAYS_THERE[operation] ?? {})) {
      if (!fits((output as Record<string, unknown>)[member])) {
        throw notAnAnswer(`it has no ${member}`);
      }
    }
  }
}

/** Items, and how near each is. */
function areNeighbours(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((each) => isObject(each) && isObject(each.Item) && isExactNumber(each.Score))
  );
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
