import type { Call } from '../calls/call.ts';
import { formatKey } from '../tables/keys.ts';
import type { TableSchema } from '../tables/table-schema.ts';
import type { NativeItem } from '../values/native-values.ts';

/** Notes a key that a call is about, in the form in which logs have it. */
export function noteKey({ access }: Call, key: string): void {
  access?.noted.keys.push(key);
}

/** Notes the key of a write and the attributes that it names. */
export function noteWrite(call: Call, { key, schema }: Written, item: NativeItem = {}): void {
  if (!call.access) return;
  noteKey(call, formatKey(key, schema));
  for (const name in item) call.access.noted.written.add(name);
}

interface Written {
  key: NativeItem;
  schema: TableSchema;
}
