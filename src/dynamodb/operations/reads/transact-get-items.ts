import { TransactGetCommand, type TransactGetCommandInput } from '@aws-sdk/lib-dynamodb';
import { invalid } from '../../../errors.ts';
import type { JsonObject } from '../../../json/parse.ts';
import type { Call } from '../../calls/call.ts';
import { READ } from '../../calls/operation.ts';
import { refuseForeignTable } from '../../guard/access.ts';
import { noteKey } from '../../guard/notes.ts';
import { type ReadGuard, readGuard } from '../../guard/read-guard.ts';
import { decodeKey, formatKey } from '../../tables/keys.ts';
import type { Tables } from '../../tables/tables.ts';
import { encodeItem } from '../../values/values.ts';
import { keyIdentity } from '../batches.ts';
import { cancelled, failuresOf } from '../cancelled.ts';
import { presentInOrder } from '../result-size.ts';
import { type GetItemRequest, planGet } from './get-item.ts';

/** A key, and the table that it is of where that is not the default one. */
export interface TransactGet extends Omit<GetItemRequest, 'consistentRead'> {
  table?: string | undefined;
}

/** The items of keys as they are at one moment, in the order of the keys; null where there is none. */
export async function transactGetItems(
  tables: Tables,
  gets: readonly TransactGet[],
  call: Call,
): Promise<(JsonObject | null)[]> {
  const taken = new Set<string>();
  const planned: Planned[] = [];
  for (const [index, get] of gets.entries()) {
    const path = `keys[${index}]`;
    refuseForeignTable(call.access, get.table ?? tables.default.name, `${path}.table`);
    const table = tables.get(get.table, `${path}.table`);
    const { key, shown, identity, guard } = await table.check(call, (schema) => {
      const whole = readGuard(call, 'get_item', { table: table.name }, schema);
      const decoded = decodeKey(get.key, schema.attributes, `${path}.key`);
      return {
        key: decoded,
        shown: formatKey(decoded, schema),
        identity: `${table.name} ${keyIdentity(decoded, schema)}`,
        guard: whole?.narrow(decoded, path),
      };
    });
    noteKey(call, shown);
    if (taken.has(identity)) throw invalid(path, 'names an item that is already named');
    taken.add(identity);
    planned.push({ ...planGet(get, table.name, key, guard), guard });
  }
  const Responses = await sendGets(
    tables,
    planned.map(({ parameters }) => ({ Get: parameters })),
    call,
  );
  const found = gets.map(({ key }, index) => {
    const { Item: stored } = Responses[index] ?? {};
    const { guard, projection } = planned[index] ?? {};
    const item = stored && guard ? guard.see(stored) : stored;
    if (!item) return null;
    projection?.strip(item);
    return { item: encodeItem(item), key, named: projection?.named };
  });
  const items = presentInOrder(found, call);
  call.trail.count = items.filter((item) => item !== null).length;
  call.trail.message = `Transaction retrieved ${call.trail.count} of ${items.length} items`;
  return items;
}

/** A get that is ready to be sent, and what may be seen of its item. */
type Planned = ReturnType<typeof planGet> & { guard: ReadGuard | undefined };

/** How a cancelled transaction is told. */
const READS = { list: 'keys', nothing: 'Nothing was read' };

type Gets = NonNullable<TransactGetCommandInput['TransactItems']>;

async function sendGets(tables: Tables, gets: Gets, call: Call) {
  const command = new TransactGetCommand({ TransactItems: gets, ReturnConsumedCapacity: 'TOTAL' });
  try {
    const { Responses = [] } = await tables.default.send(command, call, READ);
    return Responses;
  } catch (error) {
    const failures = failuresOf(error, [], call);
    throw failures ? cancelled(failures, error, READS) : error;
  }
}
