import type { Gateway } from '../../src/dynamodb/gateway.ts';
import type { JsonObject } from '../../src/json/parse.ts';
import { startService, type TestService } from './service.ts';

/** The lines that a service writes while something is done. */
export async function linesDuring(
  { logs }: Pick<TestService, 'logs'>,
  task: () => Promise<unknown>,
): Promise<JsonObject[]> {
  const before = logs.length;
  await task();
  return logs.slice(before);
}

/** The lines of a call of `get_item` that meets a defect, on the table of another service. */
export async function linesOfDefect({ gateway, table }: TestService): Promise<JsonObject[]> {
  const defect = () => {
    throw new TypeError('a defect');
  };
  const broken: Gateway = { ...gateway, getItem: defect, at: () => broken };
  const service = await startService({ gateway: broken, table });
  const get = () => service.call('get_item', { key: { PK: 'a', SK: 'b' } });
  const lines = await linesDuring(service, get);
  await service.close();
  return lines;
}
