import { OPERATIONS } from '../lean/operations.ts';

/** Ends a rehearsal in place of the first read that it would send. */
export class RehearsedRead extends Error {
  readonly table: string;
  /** The operation of DynamoDB, such as `Query`. */
  readonly operation: string;
  readonly parameters: object;

  constructor(table: string, command: { readonly input: object }) {
    super('The call was rehearsed');
    this.table = table;
    this.operation =
      OPERATIONS.get(command.constructor) ?? command.constructor.name.replace(/Command$/, '');
    this.parameters = command.input;
  }
}
