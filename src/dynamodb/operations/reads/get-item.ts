import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { JsonObject } from '../../../json/parse.ts';
import type { Call } from '../../calls/call.ts';
import { READ } from '../../calls/operation.ts';
import { Expressions } from '../../expressions/expressions.ts';
import { guardedProjection } from '../../guard/guarded-projection.ts';
import { noteKey } from '../../guard/notes.ts';
import { type ReadGuard, readGuard } from '../../guard/read-guard.ts';
import { decodeKey, formatKey } from '../../tables/keys.ts';
import type { Table } from '../../tables/table.ts';
import type { NativeItem } from '../../values/native-values.ts';
import { encodeItem } from '../../values/values.ts';
import { presentItem } from '../result-size.ts';

export interface GetItemRequest {
  key: JsonObject;
  consistentRead?: boolean | undefined;
  projectionExpression?: string | undefined;
  expressionNames?: Record<string, string> | undefined;
}

/** The item of a key; null when there is none. */
export async function getItem(
  table: Table,
  request: GetItemRequest,
  call: Call,
): Promise<JsonObject | null> {
  const { key, shown, guard } = await table.check(call, (schema) => {
    const whole = readGuard(call, 'get_item', { table: table.name }, schema);
    const decoded = decodeKey(request.key, schema.attributes, 'key');
    return {
      key: decoded,
      shown: formatKey(decoded, schema),
      guard: whole?.narrow(decoded, 'key'),
    };
  });
  noteKey(call, shown);
  const { parameters, projection } = planGet(request, table.name, key, guard);
  const { consistentRead: ConsistentRead } = request;
  const command = new GetCommand({
    ...parameters,
    ConsistentRead,
    ReturnConsumedCapacity: 'TOTAL',
  });
  const { Item: found } = await table.send(command, call, READ);
  const Item = found && guard ? guard.see(found) : found;
  call.trail.message = Item ? `Item retrieved: ${shown}` : `Item not found: ${shown}`;
  call.trail.count = Item ? 1 : 0;
  if (!Item) return null;
  projection.strip(Item);
  return presentItem(encodeItem(Item), request.key, call, projection.named);
}

/** What a get has alone and in a transaction, and what is returned of its item. */
export function planGet(
  { projectionExpression, expressionNames }: GetItemRequest,
  tableName: string,
  key: NativeItem,
  guard: ReadGuard | undefined,
) {
  guard?.noteReach();
  const expressions = new Expressions({ expressionNames }, projectionExpression);
  const projection = guardedProjection([], projectionExpression, expressions, guard);
  const parameters = {
    TableName: tableName,
    Key: key,
    ProjectionExpression: projection.expression,
    ...expressions.parameters(),
  };
  return { parameters, projection };
}

/** The stored item as DynamoDBDocumentClient returns it, as of now; undefined when there is none. */
export async function readCurrentItem(
  table: Table,
  key: NativeItem,
  call: Call,
): Promise<JsonObject | undefined> {
  const { Item } = await table.send(
    new GetCommand({
      TableName: table.name,
      Key: key,
      ConsistentRead: true,
      ReturnConsumedCapacity: 'TOTAL',
    }),
    call,
    READ,
  );
  return Item;
}
