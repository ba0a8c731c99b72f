import { loadConfig } from '../config.ts';
import { createTable } from '../dynamodb/tables/create-table.ts';
import { gatewaySettings } from '../gateway-settings.ts';
import { type Command, print, UsageError } from './command.ts';

/** Creates the configured table where it is missing. */
export const createTableCommand: Command = {
  name: 'create-table',
  summary: 'create the configured table, unless it exists',
  options: {
    table: {
      type: 'string',
      value: 'NAME',
      summary: 'use another of the configured tables',
    },
    wait: {
      type: 'string',
      value: 'SECONDS',
      summary: 'wait up to this long for DynamoDB to answer',
    },
  },
  run: async ({ wait = '0', table }) => {
    if (!/^\d{1,4}$/.test(String(wait))) throw new UsageError('--wait takes a number of seconds.');
    const config = loadConfig({ local: false, listens: false });
    const names = [config.DYNAMODB_TABLE_NAME, ...config.DYNAMODB_TABLES];
    const name = names.find((known) => known === (table ?? known));
    if (name === undefined) throw new UsageError(`--table takes one of ${names.join(', ')}.`);
    const created = await createTable(gatewaySettings(config), name, {
      waitMs: Number(wait) * 1_000,
    });
    print(
      created ? `Created the table ${name}.` : `The table ${name} exists; nothing was changed.`,
    );
  },
};
