/** The metrics of the service as Prometheus reads them, with their labels; of histograms, the names without a suffix. */
export const METRIC_LABELS: Record<string, readonly string[]> = {
  http_server_request_duration_seconds: [
    'http_request_method',
    'http_route',
    'http_response_status_code',
    'url_scheme',
    'error_type',
  ],
  mcp_server_operation_duration_seconds: ['mcp_method_name', 'gen_ai_tool_name', 'error_type'],
  db_client_operation_duration_seconds: [
    'db_system_name',
    'db_operation_name',
    'db_collection_name',
    'error_type',
  ],
  dynamodb_mcp_tool_calls_total: ['tool', 'transport', 'code'],
  dynamodb_mcp_refused_calls_total: ['code', 'role', 'api_key'],
  dynamodb_mcp_consumed_capacity_total: ['table', 'kind'],
  dynamodb_mcp_storage_retries_total: ['operation', 'table', 'reason'],
  dynamodb_mcp_storage_in_flight: [],
  dynamodb_mcp_storage_queued: [],
  dynamodb_mcp_log_dropped_lines_total: [],
  nodejs_eventloop_delay_max_seconds: [],
  nodejs_eventloop_delay_p99_seconds: [],
  process_cpu_time_seconds_total: ['cpu_mode'],
  process_memory_usage_bytes: [],
};
