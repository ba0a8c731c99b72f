import { expect } from 'vitest';
import { ERRORS, type ErrorCode } from '../../src/errors.ts';
import type { Reply } from './service.ts';

/** Asserts that a reply is this failure: status, whole body, and the request id in both places. */
export function expectFailure(
  reply: Reply,
  code: ErrorCode,
  error: unknown,
  more: { issues?: unknown; item?: unknown } = {},
): void {
  expect({ status: reply.status, body: reply.body }).toEqual({
    status: ERRORS[code].status,
    body: {
      success: false,
      error,
      code,
      retryable: ERRORS[code].retryable,
      request_id: reply.headers.get('x-request-id'),
      ...more,
    },
  });
  expect(reply.headers.get('content-type')).toBe('application/json; charset=utf-8');
}

/** As expectFailure, for a ValidationError about one place in the request. */
export function expectInvalid(reply: Reply, path: string, message: string): void {
  const error = path === '' ? message : `${path}: ${message}`;
  expectFailure(reply, 'ValidationError', error, { issues: [{ path, message }] });
}
