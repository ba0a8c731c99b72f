import { z } from 'zod';
import type { Call } from '../dynamodb/calls/call.ts';
import { type PlannedWrite, rehearse } from '../dynamodb/operations/writes/rehearsal.ts';
import type { JsonObject } from '../json/parse.ts';
import { counted } from './counted.ts';
import { forModels, openMap } from './schemas.ts';
import type { AnyTool } from './tool.ts';

/** The field that asks what a write would do. */
const DRY_RUN = 'dry_run';

const field = forModels(
  'never',
  z.boolean().optional().describe('Say what would be sent, and send nothing.'),
);

/** What a write replies to a dry run. */
export const dryRunReply = z.strictObject({
  dry_run: z.strictObject({
    grants: z.array(z.string()).optional().describe('What of the policy allows it.'),
    requests: z.array(
      z.strictObject({
        tool: z.string(),
        table: z.string(),
        request: openMap("What would be sent to DynamoDB of the caller's own."),
        guarded: z.boolean().describe('Whether the policy adds to it.'),
      }),
    ),
  }),
});

/** The tool with a field that has a write only told; tools that read are as they were. */
export function withDryRun<Tool extends AnyTool>(tool: Tool): Tool {
  if (tool.effect === 'read') return tool;
  if (!(tool.input instanceof z.ZodObject)) throw new Error(`${tool.name} takes no object`);
  return { ...tool, input: tool.input.safeExtend({ [DRY_RUN]: field }) };
}

/** Whether an input only asks what would be done. */
export function isDryRun({ [DRY_RUN]: asked }: JsonObject): boolean {
  return asked === true;
}

/** What a call would do; throws what it would be refused with before anything is sent. */
export async function dryRun(
  call: Call,
  task: (call: Call) => Promise<unknown>,
): Promise<z.input<typeof dryRunReply>> {
  const writes = await rehearse(call, task);
  call.trail.said = `Nothing was sent; ${counted(writes.length, 'write')} would be`;
  call.trail.message = `Dry run of ${counted(writes.length, 'write')}`;
  call.trail.count = 0;
  const { access } = call;
  const grants = access && { grants: [...access.noted.grants] };
  return { dry_run: { ...grants, requests: writes.map((write) => shown(write, call)) } };
}

function shown({ tool, table, request, guarded }: PlannedWrite, { view }: Call) {
  return { tool, table, request: view ? view.show(request) : request, guarded };
}
