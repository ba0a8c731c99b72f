import { randomBytes } from 'node:crypto';
import { isKeyName } from '../config/api-keys.ts';
import { hashApiKey } from '../http/api-keys.ts';
import { type Command, print, UsageError } from './command.ts';

export const hashKeyCommand: Command = {
  name: 'hash-key',
  argument: 'NAME',
  summary: 'make an API key for NAME, with its entry for API_KEYS',
  run: (_values, name) => {
    if (name === undefined) throw new UsageError('hash-key takes one name.');
    if (!isKeyName(name)) {
      throw new UsageError('The name of a key consists of letters, digits, "_", "-", "." and "@".');
    }
    const key = randomBytes(32).toString('base64url');
    print(
      `Key for ${name}, shown only now: ${key}\nEntry for API_KEYS: ${name}:${hashApiKey(key)}`,
    );
  },
};
