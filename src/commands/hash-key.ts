import { randomBytes } from 'node:crypto';
import { hashApiKey } from '../http/authentication.ts';
import { type Command, print, UsageError } from './command.ts';

export const hashKeyCommand: Command = {
  name: 'hash-key',
  argument: 'NAME',
  summary: 'make an API key for NAME, with its entry for API_KEYS',
  run: (_values, name) => {
    if (name === undefined) throw new UsageError('hash-key takes one name');
    const key = randomBytes(32).toString('base64url');
    print(
      `Key for ${name}, shown only now: ${key}\nEntry for API_KEYS: ${name}:${hashApiKey(key)}`,
    );
  },
};
