import { randomUUID } from 'node:crypto';
import { invalid } from '../../../errors.ts';
import type { Call } from '../../calls/call.ts';
import { refuseForeignTable } from '../../guard/access.ts';
import { noteWrite } from '../../guard/notes.ts';
import type { TableSchema } from '../../tables/table-schema.ts';
import type { Tables } from '../../tables/tables.ts';
import { keyIdentity } from '../batches.ts';
import { endRehearsal, type RehearsedStep } from '../rehearsal.ts';
import { type ConditionCheckRequest, planCheck } from './condition-check.ts';
import { type DeleteItemRequest, planDelete } from './delete-item.ts';
import { type PutItemRequest, planPut } from './put-item.ts';
import { repeatable, tokenOf, transact } from './transactions.ts';
import { planUpdate, type UpdateItemRequest } from './update-item.ts';
import { within } from './within.ts';
import type { Idempotent, Write } from './write.ts';

/** What a transaction can do with an item, each as the tool of its own does it. */
interface Requests {
  put: PutItemRequest;
  update: UpdateItemRequest;
  delete: DeleteItemRequest;
  check: ConditionCheckRequest;
}

type Kind = keyof Requests;

/** The tools that do the same alone. */
const AS_TOOL = {
  put: 'put_item',
  update: 'update_item',
  delete: 'delete_item',
  check: 'get_item',
} as const satisfies Record<Kind, string>;

/** One operation: what to do with an item of a table, of the default one where none is named. */
export type TransactOperation = {
  [K in Kind]: { kind: K; request: Requests[K]; table?: string | undefined };
}[Kind];

export interface TransactWriteItemsRequest extends Idempotent {
  operations: readonly TransactOperation[];
}

/** Does all operations or none. */
export async function transactWriteItems(
  tables: Tables,
  request: TransactWriteItemsRequest,
  call: Call,
): Promise<void> {
  const { operations, idempotencyKey: key } = request;
  const writes: Write[] = [];
  const steps: RehearsedStep[] = [];
  const taken = new Set<string>();
  for (const [index, operation] of operations.entries()) {
    const path = `operations[${index}].${operation.kind}`;
    refuseForeignTable(call.access, operation.table ?? tables.default.name, `${path}.table`);
    const table = tables.get(operation.table, `${path}.table`);
    const write = await table.check(call, (schema) =>
      within(path, () => plan(operation, table.name, schema, call)),
    );
    noteWrite(call, write, write.operation.Put?.Item);
    const identity = `${table.name} ${keyIdentity(write.key, write.schema)}`;
    if (taken.has(identity))
      throw invalid(path, 'names an item that the transaction already names');
    taken.add(identity);
    writes.push(write);
    const { schema } = write;
    steps.push({
      tool: AS_TOOL[operation.kind],
      table,
      write,
      plan: (of) => plan(operation, table.name, schema, of),
    });
  }
  endRehearsal(call, () => steps);
  const token =
    key === undefined ? randomUUID() : tokenOf(call, `transactions ${tables.default.name}`, key);
  try {
    await transact(tables.default, writes, token, call);
  } catch (error) {
    throw key === undefined ? error : repeatable(error);
  }
  call.trail.message = `Transaction of ${writes.length} operations done`;
  call.trail.count = writes.length;
}

function plan(
  operation: TransactOperation,
  tableName: string,
  schema: TableSchema,
  call: Call,
): Write {
  switch (operation.kind) {
    case 'put':
      return planPut(operation.request, tableName, schema, call);
    case 'update':
      return planUpdate(operation.request, tableName, schema, call);
    case 'delete':
      return planDelete(operation.request, tableName, schema, call);
    case 'check':
      return planCheck(operation.request, tableName, schema, call);
  }
}
