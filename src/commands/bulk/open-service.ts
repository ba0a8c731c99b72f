import { readFileSync } from 'node:fs';
import { loadConfig } from '../../config.ts';
import { StartError } from '../../errors.ts';
import { type OptionValues, UsageError } from '../command.ts';
import { localOptions } from '../local-options.ts';
import { openDirect } from './direct.ts';
import { openRemote } from './remote.ts';
import type { BulkService } from './service.ts';

/** The table, or the service that --url names. */
export async function openService(values: OptionValues): Promise<BulkService> {
  const local = localOptions(values);
  const { url, 'key-file': keyFile } = values;
  const config = loadConfig({ local: local !== undefined, listens: false });
  if (typeof url !== 'string') {
    if (keyFile !== undefined) throw new UsageError('--key-file goes with --url.');
    return openDirect(config, local);
  }
  if (local) throw new UsageError('--local and --url do not go together.');
  const { protocol } = URL.canParse(url) ? new URL(url) : { protocol: '' };
  if (!/^https?:$/.test(protocol)) throw new UsageError('--url takes an http or https URL.');
  return openRemote(url, typeof keyFile === 'string' ? keyIn(keyFile) : config.BULK_TOKEN);
}

function keyIn(file: string): string {
  let key: string;
  try {
    key = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new StartError(`The key cannot be read: ${file}.`, { cause: error });
  }
  if (!/^[\x21-\x7e]+$/.test(key))
    throw new StartError(`The file ${file} must contain a key and nothing else.`);
  return key;
}
