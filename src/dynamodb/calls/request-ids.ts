import type { Trail } from './call.ts';
import type { SdkFailure } from './failures.ts';

const MOST = 50;

/** Notes the id that DynamoDB gave an answer, or the one in a failure, where they are wanted. */
export function noteRequestId({ awsRequestIds }: Trail, answer: unknown): void {
  if (!awsRequestIds || awsRequestIds.length >= MOST) return;
  const { requestId } = (answer as Partial<SdkFailure> | undefined)?.$metadata ?? {};
  if (requestId !== undefined) awsRequestIds.push(requestId);
}
