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
import { fastify } from 'fastify';

// What one would write first: Fastify, DynamoDBDocumentClient with default options, the same
// routes, nothing checked, nothing limited. The region and the endpoint come from the environment.

const TableName = process.env.DYNAMODB_TABLE_NAME ?? 'bench';
const client = DynamoDBDocumentClient.from(
  new DynamoDBClient({ endpoint: process.env.DYNAMODB_ENDPOINT_URL, region: 'us-east-1' }),
);
const app = fastify({ bodyLimit: 16_777_216 });

// A naive server takes what comes.
// biome-ignore lint/suspicious/noExplicitAny: that is what it does
type Request = { body: any };

app.get('/health', async () => ({ status: 'healthy' }));

app.post('/tools/get_item', async ({ body }: Request) => {
  const { Item } = await client.send(new GetCommand({ TableName, Key: body.key }));
  return { success: true, item: Item ?? null };
});

app.post('/tools/put_item', async ({ body }: Request) => {
  await client.send(new PutCommand({ TableName, Item: body.item }));
  return { success: true };
});

app.post('/tools/update_item', async ({ body }: Request) => {
  const names = Object.keys(body.updates);
  const { Attributes } = await client.send(
    new UpdateCommand({
      TableName,
      Key: body.key,
      UpdateExpression: `SET ${names.map((_, n) => `#n${n} = :v${n}`).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(names.map((name, n) => [`#n${n}`, name])),
      ExpressionAttributeValues: Object.fromEntries(
        names.map((name, n) => [`:v${n}`, body.updates[name]]),
      ),
      ReturnValues: 'ALL_NEW',
    }),
  );
  return { success: true, item: Attributes };
});

app.post('/tools/query', async ({ body }: Request) => {
  const page = await client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: body.key_condition,
      ExpressionAttributeValues: body.expression_values,
      Limit: body.limit,
    }),
  );
  return {
    success: true,
    items: page.Items,
    count: page.Count,
    last_evaluated_key: page.LastEvaluatedKey,
  };
});

app.post('/tools/scan', async ({ body }: Request) => {
  const page = await client.send(new ScanCommand({ TableName, Limit: body.limit }));
  return {
    success: true,
    items: page.Items,
    count: page.Count,
    last_evaluated_key: page.LastEvaluatedKey,
  };
});

app.post('/tools/batch_get_item', async ({ body }: Request) => {
  const { Responses } = await client.send(
    new BatchGetCommand({ RequestItems: { [TableName]: { Keys: body.keys } } }),
  );
  return { success: true, items: Responses?.[TableName] };
});

app.post('/tools/transact_write_items', async ({ body }: Request) => {
  await client.send(
    new TransactWriteCommand({
      TransactItems: body.operations.map(({ put }: Request['body']) => ({
        Put: { TableName, Item: put.item },
      })),
    }),
  );
  return { success: true, count: body.operations.length };
});

app.post('/tools/search_vectors', async ({ body }: Request) => {
  const { SearchResults } = await client.send(
    new SearchVectorsCommand({
      TableName,
      IndexName: 'BY_MEANING',
      SearchVector: body.vector,
      TopK: body.top_k,
      SearchConditionExpression: 'PK = :p',
      ExpressionAttributeValues: { ':p': body.partition },
    }),
  );
  return { success: true, results: SearchResults };
});

await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
