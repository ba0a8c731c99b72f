import { isJsonObject, type JsonObject } from '../../json/parse.ts';
import { type AttributeValue, type Item, itemFromReply } from './attribute-value.ts';

const SDK = '@aws-sdk/client-dynamodb';

/** What a dry run says would be sent to DynamoDB: an operation with its parameters. */
export interface PlannedRequest {
  table: string;
  request: JsonObject;
}

/** The operations of single writes, which transactions call otherwise. */
const ALONE: Record<string, string> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
};

/** What a tool would send, as code for the AWS SDK for JavaScript; exact for every type. */
export function sdkText(tool: string, requests: readonly PlannedRequest[]): string {
  const [operation, parameters] = operationOf(tool, requests);
  return [
    `import { DynamoDBClient, ${operation}Command } from '${SDK}';`,
    '',
    'const client = new DynamoDBClient({});',
    `const reply = await client.send(new ${operation}Command(${literal(parameters)}));`,
  ].join('\n');
}

/** The one operation that all of a tool's requests are. */
function operationOf(tool: string, requests: readonly PlannedRequest[]): [string, JsonObject] {
  const planned = requests.map(({ table, request }) => {
    const [[name, parameters] = ['', {}]] = Object.entries(request);
    return { table, name, parameters: inSdk(parameters) };
  });
  if (tool === 'transact_write_items') {
    const entries = planned.map(({ name, parameters }) => ({ [name]: parameters }));
    return ['TransactWriteItems', { TransactItems: entries }];
  }
  if (tool === 'batch_write_item') {
    const entries: Record<string, unknown[]> = {};
    for (const { table, parameters } of planned) {
      entries[table] = [...(entries[table] ?? []), batchEntry(parameters)];
    }
    return ['BatchWriteItem', { RequestItems: entries }];
  }
  const [{ name, parameters } = { name: '', parameters: {} }] = planned;
  return [ALONE[name] ?? name, parameters];
}

function batchEntry({ Item, Key }: JsonObject): JsonObject {
  return Item === undefined ? { DeleteRequest: { Key } } : { PutRequest: { Item } };
}

/** The parameters that hold values by name. */
const HOLDS_VALUES = new Set(['Key', 'Item', 'ExpressionAttributeValues', 'ExclusiveStartKey']);
const KEYS = 'Keys';
const NAMES = 'ExpressionAttributeNames';

/** Parameters with values as the SDK takes them. */
function inSdk(parameters: unknown): JsonObject {
  if (!isJsonObject(parameters)) return {};
  const members = Object.entries(parameters).map(([name, value]) => [
    name,
    memberInSdk(name, value),
  ]);
  return Object.fromEntries(members);
}

function memberInSdk(name: string, value: unknown): unknown {
  if (name === NAMES) return value;
  if (HOLDS_VALUES.has(name)) return itemInSdk(value);
  if (!Array.isArray(value)) return isJsonObject(value) ? inSdk(value) : value;
  if (name === KEYS) return value.map(itemInSdk);
  return value.map((each) => (isJsonObject(each) ? inSdk(each) : each));
}

function itemInSdk(item: unknown): JsonObject {
  return isJsonObject(item) ? withBytes(itemFromReply(item)) : {};
}

/** Bytes, which the SDK takes as such. */
class Bytes {
  readonly base64: string;

  constructor(base64: string) {
    this.base64 = base64;
  }
}

function withBytes(item: Item): JsonObject {
  const members = Object.entries(item).map(([name, value]) => [name, valueWithBytes(value)]);
  return Object.fromEntries(members);
}

function valueWithBytes(value: AttributeValue): JsonObject {
  if ('B' in value) return { B: new Bytes(value.B) };
  if ('BS' in value) return { BS: value.BS.map((base64) => new Bytes(base64)) };
  if ('L' in value) return { L: value.L.map(valueWithBytes) };
  return 'M' in value ? { M: withBytes(value.M) } : value;
}

/** A value in JavaScript, as JSON has it but for bytes. */
function literal(value: unknown, indent = ''): string {
  if (value instanceof Bytes) return `Buffer.from('${value.base64}', 'base64')`;
  const deeper = `${indent}  `;
  const lines = (members: string[], [open, close]: string) =>
    members.length === 0
      ? `${open}${close}`
      : `${open}\n${deeper}${members.join(`,\n${deeper}`)}\n${indent}${close}`;
  if (Array.isArray(value)) {
    return lines(
      value.map((each) => literal(each, deeper)),
      '[]',
    );
  }
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}: ${literal(member, deeper)}`,
  );
  return lines(members, '{}');
}
