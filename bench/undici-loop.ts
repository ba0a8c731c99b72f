import { Pool } from 'undici';
import { measureLoop } from './loop.ts';

// What an HTTP call to DynamoDB costs when it does nothing but send a request that was made before
// and read the answer. Arguments: operation, calls. Prints microseconds of CPU time a call.

const TARGETS: Record<string, string> = {
  get_item: 'GetItem',
  put_item: 'PutItem',
  update_item: 'UpdateItem',
  query: 'Query',
  scan: 'Scan',
  batch_get_item: 'BatchGetItem',
  transact_write_items: 'TransactWriteItems',
  search_vectors: 'SearchVectors',
};
const [name = '', calls = '0'] = process.argv.slice(2);
const pool = new Pool(process.env.DYNAMODB_ENDPOINT_URL ?? '', { connections: 32 });
const headers = { 'x-amz-target': `DynamoDB_20120810.${TARGETS[name]}` };
const request = { path: '/', method: 'POST' as const, headers, body: '{"TableName":"bench"}' };

await measureLoop(Number(calls), async () => {
  const { body } = await pool.request(request);
  await body.arrayBuffer();
});
