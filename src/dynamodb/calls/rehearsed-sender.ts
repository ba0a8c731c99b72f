import { DescribeTableCommand, DescribeTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/lib-dynamodb';
import { ServiceError } from '../../errors.ts';
import { encodeInput } from '../lean/encode.ts';
import { OPERATIONS } from '../lean/operations.ts';
import type { Operation } from './operation.ts';
import type { DocumentSender, StorageCommand } from './storage.ts';

/** Told what would be sent: the operation, and its request as DynamoDB takes it. */
export type Rehearse = (operation: string, request: string) => void;

/** Sends what only describes the table, and tells of everything else instead of sending it. */
export class RehearsedSender implements DocumentSender {
  readonly #sender: DocumentSender;
  readonly #rehearse: Rehearse;

  constructor(sender: DocumentSender, rehearse: Rehearse) {
    this.#sender = sender;
    this.#rehearse = rehearse;
  }

  async send<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: StorageCommand<Input, Output>,
    operation: Operation,
  ): Promise<Output> {
    if (DESCRIBES.some((Describe) => command instanceof Describe)) {
      return this.#sender.send(command, operation);
    }
    const name = OPERATIONS.get(command.constructor) ?? operation.name;
    this.#rehearse(name, encodeInput(command.input as Record<string, unknown>));
    throw new ServiceError('StorageUnavailable', 'This is a rehearsal: nothing is sent.', {
      retryable: false,
    });
  }
}

const DESCRIBES = [DescribeTableCommand, DescribeTimeToLiveCommand];
