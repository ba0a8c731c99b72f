import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { readableLine } from '../../src/observability/readable-line.ts';

const base = {
  level: 'INFO',
  timestamp: '2026-11-27T14:53:12.473Z',
  logger: 'dynamodb-mcp',
  service: 'dynamodb-mcp-server',
  environment: 'development',
};
const shown = (members: object) =>
  stripVTControlCharacters(readableLine(`${JSON.stringify({ ...base, ...members })}\n`));

test('a line is the time, the level, the message and the fields', () => {
  expect(
    shown({ message: 'Listening on http://127.0.0.1:8002', table: 'Notes', tables: ['a'] }),
  ).toBe('14:53:12.473 INFO     Listening on http://127.0.0.1:8002 table=Notes tables=["a"]\n');
});

test('the stack of an error stands below it', () => {
  const err = { type: 'Error', message: 'no', stack: 'Error: no\n    at one\n    at two' };

  expect(shown({ level: 'ERROR', message: 'It failed', err })).toBe(
    '14:53:12.473 ERROR    It failed\n    Error: no\n    at one\n    at two\n',
  );
});

test('nothing in it moves the cursor', () => {
  const text = shown({ message: 'a\u001b[2Jb\r\nc', key: '\u009b31m\u0007' });

  expect(text).toBe('14:53:12.473 INFO     a\\u001b[2Jb\\u000d\\u000ac key=\\u009b31m\\u0007\n');
});
