import type {
  DynamoDBDocumentClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/lib-dynamodb';
import type { Command } from '@smithy/types';
import { ServiceError } from '../../errors.ts';
import { replaceReservedWords } from '../expressions/reserved-words.ts';
import type { Call } from './call.ts';
import { consumedCapacity } from './consumed-capacity.ts';
import { isAnswer, storageError, translateFailure } from './exceptions.ts';
import { asFailure, httpStatus, type SdkFailure } from './failures.ts';
import type { Limiter } from './limiter.ts';
import type { ObserveOperation } from './observed-operations.ts';
import { Operation, type RepeatPolicy } from './operation.ts';
import { isUnexplained, namesReservedWord, refusesWords } from './refusals.ts';
import { noteRequestId } from './request-ids.ts';

/** A command that DynamoDBDocumentClient takes. */
export type StorageCommand<
  Input extends ServiceInputTypes,
  Output extends ServiceOutputTypes,
> = Command<
  ServiceInputTypes,
  Input,
  ServiceOutputTypes,
  Output,
  DynamoDBDocumentClientResolvedConfig
>;

/** What sends the command of an operation: DynamoDBDocumentClient, or what stands in for it. */
export interface DocumentSender {
  send<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: StorageCommand<Input, Output>,
    operation: Operation,
  ): Promise<Output>;
}

/** The single way to DynamoDB: every call is limited, bounded by its deadline, and accounted for. */
export class Storage {
  readonly #sender: DocumentSender;
  readonly #limiter: Limiter;
  readonly #observe: ObserveOperation | undefined;
  /** The calls whose expressions were refused for reserved words. */
  readonly #refused = new WeakSet<Call>();

  /** `observe` is told of every operation that was sent. */
  constructor(sender: DocumentSender, limiter: Limiter, observe?: ObserveOperation) {
    this.#sender = sender;
    this.#limiter = limiter;
    this.#observe = observe;
  }

  /**
   * Sends a command within the call's deadline. Throws ServiceError only; a write whose outcome is
   * open throws OutcomeUnknown, with what ended its last attempt as the cause.
   */
  async send<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: StorageCommand<Input, Output>,
    call: Call,
    policy: RepeatPolicy,
  ): Promise<Output> {
    const operation = new Operation(command.constructor.name, call, policy);
    let failure: ServiceError | undefined;
    try {
      if (call.isProbe) return await this.#attempt(command, operation);
      if (!this.#limiter.tryEnter(call.caller)) await this.#limiter.waitToEnter(call);
      try {
        return await this.#attempt(command, operation);
      } finally {
        this.#limiter.leave(call.caller);
      }
    } catch (error) {
      operation.failed(error);
      noteRequestId(call.trail, error);
      failure = outcome(error, operation);
      logFailure(operation, failure);
      throw failure;
    } finally {
      call.trail.attempts += operation.attempts;
      this.#observe?.(command, operation, failure);
    }
  }

  async #attempt<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: StorageCommand<Input, Output>,
    operation: Operation,
  ): Promise<Output> {
    let output: Output;
    if (this.#observe) operation.began = performance.now();
    try {
      output = await this.#sender.send(this.#prepared(command, operation.call), operation);
    } catch (error) {
      output = await this.#sendMended(command, operation, error);
    }
    const { trail } = operation.call;
    operation.answer = output;
    noteRequestId(trail, output);
    const units = consumedCapacity(output);
    trail.consumedCapacity += units;
    if (operation.policy.effect === 'write') trail.writeUnits += units;
    return output;
  }

  /** The command as it is, or mended where one of the same call had to be. */
  #prepared<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: StorageCommand<Input, Output>,
    call: Call,
  ): StorageCommand<Input, Output> {
    return this.#refused.has(call) ? (withoutReservedWords(command) ?? command) : command;
  }

  /**
   * Sends a command that was refused for its reserved words, which is to say not executed, once
   * more without them; throws the refusal where that is not so.
   */
  async #sendMended<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: StorageCommand<Input, Output>,
    operation: Operation,
    refusal: unknown,
  ): Promise<Output> {
    const { call } = operation;
    const mayMend = refusesWords(refusal) && !this.#refused.has(call);
    const mended = mayMend ? withoutReservedWords(command) : undefined;
    if (!mended) throw refusal;
    operation.refused();
    try {
      const output = await this.#sender.send(mended, operation);
      this.#refused.add(call);
      return output;
    } catch (error) {
      // A fault of the caller's own is told in the caller's words.
      throw refusesWords(error) && !namesReservedWord(refusal) ? refusal : error;
    }
  }
}

/** The command with placeholders for its reserved words; undefined where it has none. */
function withoutReservedWords<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
  command: StorageCommand<Input, Output>,
): StorageCommand<Input, Output> | undefined {
  const input = replaceReservedWords(command.input);
  if (!input) return undefined;
  const Same = command.constructor as new (input: Input) => StorageCommand<Input, Output>;
  return new Same(input);
}

/** What a failed operation means for its caller. */
function outcome(error: unknown, operation: Operation): ServiceError {
  if (error instanceof ServiceError) return error;
  if (operation.policy.effect === 'write' && operation.ambiguous) {
    return storageError('OutcomeUnknown', operation.lastFailure ?? error);
  }
  if (operation.signal.aborted) {
    return storageError('DeadlineExceeded', operation.lastFailure ?? error);
  }
  return translateFailure(error);
}

/** What quotes values in its text; that of other faults tells the operator what to mend. */
const QUOTES_VALUES = new Set(['ValidationException', 'SyntaxError']);

const LONGEST_DETAIL = 2_048;
const LONGEST_NAME = 128;

/** The text of a refusal is logged where the caller's sentence says too little. */
function tellsDetail(failure: ServiceError, cause: SdkFailure): boolean {
  if (isUnexplained(failure)) return true;
  return failure.status >= 500 && !QUOTES_VALUES.has(cause.name);
}

function logFailure(operation: Operation, failure: ServiceError): void {
  if (isAnswer(failure)) return;
  const cause = asFailure(failure.cause ?? failure);
  operation.call.log.warn(
    {
      operation: operation.name,
      attempts: operation.attempts,
      code: failure.code,
      error: cause.name.slice(0, LONGEST_NAME),
      error_code: cause.code,
      http_status: httpStatus(cause),
      aws_request_id: cause.$metadata?.requestId,
      ...(tellsDetail(failure, cause) && { detail: cause.message.slice(0, LONGEST_DETAIL) }),
    },
    `${operation.name} failed: ${failure.message}`,
  );
}
