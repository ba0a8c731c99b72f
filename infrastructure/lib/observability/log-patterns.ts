/** A metric made from the service's log lines: which lines count, with what value, and apart by what. */
interface LogPattern {
  /** In CloudWatch's syntax for JSON lines. */
  readonly pattern: string;
  /** A member of the line, or 1 for each line. */
  readonly value: string;
  /** The member of the line that the metric is kept apart by. */
  readonly dimension?: 'code' | 'tool';
  readonly unit?: 'Milliseconds';
}

/** Lines of the audit have the same members, and would count everything twice. */
const OF_SERVICE = '$.logger = "dynamodb-mcp"';
const OF_TOOL = `${OF_SERVICE} && $.tool = * && $.duration_ms >= 0`;

/** The metrics by their names, free of CDK so that the tests of the service can read them. */
export const LOG_PATTERNS = {
  /** A failed call or request, by its code. Attempts and results cut short have no status. */
  Failures: {
    pattern: `{ ${OF_SERVICE} && $.status >= 400 && $.code = * }`,
    value: '1',
    dimension: 'code',
  },
  Refusals: {
    pattern: `{ ${OF_SERVICE} && $.status >= 400 && ($.code = "Unauthenticated" || $.code = "Forbidden" || $.code = "RateLimited") }`,
    value: '1',
  },
  /** Lines of the log, or of the file of the audit. */
  DroppedLines: { pattern: `{ ${OF_SERVICE} && $.dropped > 0 }`, value: '$.dropped' },
  /** Its number of samples is the number of calls. */
  ToolDuration: {
    pattern: `{ ${OF_TOOL} }`,
    value: '$.duration_ms',
    dimension: 'tool',
    unit: 'Milliseconds',
  },
  ToolFaults: {
    pattern: `{ ${OF_TOOL} && $.status >= 500 }`,
    value: '1',
    dimension: 'tool',
  },
  ToolCapacity: {
    pattern: `{ ${OF_TOOL} && $.consumed_capacity > 0 }`,
    value: '$.consumed_capacity',
    dimension: 'tool',
  },
} as const satisfies Record<string, LogPattern>;
