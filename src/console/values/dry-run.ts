import type { ToolCall } from '../service.ts';

/** The call that asks what another one would send, and sends nothing. */
export function dryRunOf({ tool, input }: ToolCall): ToolCall {
  return { tool, input: { ...input, dry_run: true } };
}
