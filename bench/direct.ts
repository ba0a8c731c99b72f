import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  SearchVectorsCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { measureLoop } from './loop.ts';
import { OPERATIONS } from './operations.ts';

// The caller's own process calling DynamoDBDocumentClient: CPU time a call, without any server.
// Arguments: operation, calls. Prints microseconds a call.

const TableName = 'bench';
const client = DynamoDBDocumentClient.from(
  new DynamoDBClient({ endpoint: process.env.DYNAMODB_ENDPOINT_URL, region: 'us-east-1' }),
);

// biome-ignore lint/suspicious/noExplicitAny: the shapes are those of OPERATIONS
const CALLS: Record<string, (input: any) => Promise<unknown>> = {
  get_item: ({ key }) => client.send(new GetCommand({ TableName, Key: key })),
  put_item: ({ item }) => client.send(new PutCommand({ TableName, Item: item })),
  update_item: ({ key, updates }) =>
    client.send(
      new UpdateCommand({
        TableName,
        Key: key,
        UpdateExpression: 'SET #s = :s, #p = :p',
        ExpressionAttributeNames: { '#s': 'status', '#p': 'priority' },
        ExpressionAttributeValues: { ':s': updates.status, ':p': updates.priority },
        ReturnValues: 'ALL_NEW',
      }),
    ),
  query: ({ key_condition, expression_values, limit }) =>
    client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: key_condition,
        ExpressionAttributeValues: expression_values,
        Limit: limit,
      }),
    ),
  scan: ({ limit }) => client.send(new ScanCommand({ TableName, Limit: limit })),
  batch_get_item: ({ keys }) =>
    client.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys: keys } } })),
  transact_write_items: ({ operations }) =>
    client.send(
      new TransactWriteCommand({
        TransactItems: operations.map(({ put }: Record<string, { item: object }>) => ({
          Put: { TableName, Item: put?.item },
        })),
      }),
    ),
  search_vectors: (body) =>
    client.send(
      new SearchVectorsCommand({
        TableName,
        IndexName: 'BY_MEANING',
        SearchVector: body.vector,
        TopK: body.top_k,
        SearchConditionExpression: 'PK = :p',
        ExpressionAttributeValues: { ':p': body.partition },
      }),
    ),
};

const [name = '', amount = '0'] = process.argv.slice(2);
const operation = OPERATIONS.find((candidate) => candidate.name === name);
const call = CALLS[name];
if (!operation || !call) throw new Error(`Unknown operation ${name}`);

await measureLoop(Number(amount), (n) => call(operation.make(n)));
