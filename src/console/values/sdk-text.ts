import type { JsonObject } from '../../json/parse.ts';
import { keysOf, type Table } from '../table.ts';
import { type AttributeValue, fromReply } from './attribute-value.ts';

const SDK = '@aws-sdk/client-dynamodb';

/** Parameters of a command of the AWS SDK, with values in DynamoDB's own JSON. */
type Parameters = JsonObject;

/** A call as code for the AWS SDK for JavaScript, exact for every type; undefined where it is more than a command. */
export function asSdk(table: Table, tool: string, input: JsonObject): string | undefined {
  const command = COMMANDS[tool]?.(table, input);
  if (!command) return undefined;
  const [name, parameters] = command;
  return [
    `import { DynamoDBClient, ${name} } from '${SDK}';`,
    '',
    'const client = new DynamoDBClient({});',
    `const reply = await client.send(new ${name}(${JSON.stringify(parameters, null, 2)}));`,
  ].join('\n');
}

type Command = (table: Table, input: JsonObject) => [string, Parameters] | undefined;

const COMMANDS: Record<string, Command> = {
  get_item: (table, { key }) => [
    'GetItemCommand',
    { TableName: table.table, Key: attributes(key) },
  ],
  put_item: (table, { item }) => [
    'PutItemCommand',
    { TableName: table.table, Item: attributes(item) },
  ],
  delete_item: (table, { key }) => [
    'DeleteItemCommand',
    { TableName: table.table, Key: attributes(key) },
  ],
  query: (table, input) => ['QueryCommand', reading(table, input)],
  scan: (table, input) => ['ScanCommand', reading(table, input)],
};

function attributes(given: unknown): { [name: string]: AttributeValue } {
  const value = fromReply(given);
  return 'M' in value ? value.M : {};
}

const COMPARISONS: Record<string, string> = {
  eq: '=',
  ne: '<>',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
};

/** Makes expressions, and keeps the names and values that stand in them. */
class Expressions {
  readonly names: Record<string, string> = {};
  readonly values: Record<string, AttributeValue> = {};

  condition(attribute: string, operator: string, operand: unknown): string {
    const name = `#n${Object.keys(this.names).length}`;
    this.names[name] = attribute;
    const [first = '', second = '', ...others] = this.#values(operator, operand);
    if (operator === 'exists') return `attribute_${operand ? '' : 'not_'}exists(${name})`;
    if (operator === 'between') return `${name} BETWEEN ${first} AND ${second}`;
    if (operator === 'in')
      return `${name} IN (${[first, second, ...others].filter(Boolean).join(', ')})`;
    if (operator === 'begins_with' || operator === 'contains')
      return `${operator}(${name}, ${first})`;
    return `${name} ${COMPARISONS[operator]} ${first}`;
  }

  #values(operator: string, operand: unknown): string[] {
    if (operator === 'exists') return [];
    const operands =
      (operator === 'between' || operator === 'in') && Array.isArray(operand) ? operand : [operand];
    return operands.map((value) => {
      const placeholder = `:v${Object.keys(this.values).length}`;
      this.values[placeholder] = fromReply(value);
      return placeholder;
    });
  }
}

function reading(table: Table, input: JsonObject): Parameters {
  const {
    index_name: index,
    limit,
    select,
    consistent_read: consistent,
    last_evaluated_key: from,
  } = input;
  const expressions = new Expressions();
  const sort = keysOf(table, index as string | undefined).find(
    ({ key_type }) => key_type === 'RANGE',
  );
  const keys = [
    ...Object.entries((input.key ?? {}) as JsonObject).map(([name, value]) =>
      expressions.condition(name, 'eq', value),
    ),
    ...Object.entries((input.sort_key ?? {}) as JsonObject).map(([operator, operand]) =>
      expressions.condition(sort?.attribute_name ?? '', operator, operand),
    ),
  ];
  const filters = Object.entries((input.filter ?? {}) as Record<string, JsonObject>).flatMap(
    ([name, operations]) =>
      Object.entries(operations).map(([operator, operand]) =>
        expressions.condition(name, operator, operand),
      ),
  );
  const hasValues = Object.keys(expressions.values).length > 0;
  return {
    TableName: table.table,
    ...(index !== undefined && { IndexName: index }),
    ...(keys.length > 0 && { KeyConditionExpression: keys.join(' AND ') }),
    ...(filters.length > 0 && { FilterExpression: filters.join(' AND ') }),
    ...(keys.length + filters.length > 0 && { ExpressionAttributeNames: expressions.names }),
    ...(hasValues && { ExpressionAttributeValues: expressions.values }),
    ...(limit !== undefined && { Limit: limit }),
    ...(select !== undefined && { Select: select }),
    ...(consistent !== undefined && { ConsistentRead: consistent }),
    ...(input.scan_index_forward !== undefined && { ScanIndexForward: input.scan_index_forward }),
    ...(typeof from === 'object' && from !== null && { ExclusiveStartKey: attributes(from) }),
  };
}
