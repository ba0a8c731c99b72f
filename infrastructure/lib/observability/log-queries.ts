const OF_CALLS = 'filter logger = "dynamodb-mcp" and ispresent(tool) and ispresent(duration_ms)';

/** The dashboard's tables: queries of Logs Insights over the time that is looked at, line by line, by title. */
export const QUERIES: Record<string, string[]> = {
  'Tools: milliseconds and capacity units': [
    OF_CALLS,
    'stats count(*) as calls, pct(duration_ms, 50) as p50, pct(duration_ms, 95) as p95, pct(duration_ms, 99) as p99, avg(attempts) as attempts_a_call, sum(consumed_capacity) as units by tool',
    'sort calls desc',
  ],
  'What failed': [
    `${OF_CALLS} and status >= 400`,
    'stats count(*) as calls by code, tool',
    'sort calls desc',
  ],
};
