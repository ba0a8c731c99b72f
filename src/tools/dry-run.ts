import { z } from 'zod';
import type { Call } from '../dynamodb/calls/call.ts';
import { type PlannedRequest, rehearse, rehearseRead } from '../dynamodb/operations/rehearsal.ts';
import type { JsonObject } from '../json/parse.ts';
import { counted } from './counted.ts';
import { forModels, openMap } from './schemas.ts';
import type { AnyTool } from './tool.ts';

/** The field that asks what a call would do. */
const DRY_RUN = 'dry_run';

const field = forModels(
  'never',
  z.boolean().optional().describe('Say what would be sent, and send nothing.'),
);

/** What a tool replies to a dry run. */
export const dryRunReply = z.strictObject({
  dry_run: z.strictObject({
    grants: z.array(z.string()).optional().describe('What of the policy allows it.'),
    requests: z.array(
      z.strictObject({
        tool: z.string(),
        table: z.string(),
        request: openMap("What would be sent to DynamoDB of the caller's own."),
        guarded: z
          .boolean()
          .describe('Whether the policy adds to it, or looks at what comes back.'),
      }),
    ),
  }),
});

/** The tool with a field that has it only tell what it would send. */
export function withDryRun<Tool extends AnyTool>(tool: Tool): Tool {
  if (!(tool.input instanceof z.ZodObject)) throw new Error(`${tool.name} takes no object`);
  return { ...tool, input: tool.input.safeExtend({ [DRY_RUN]: field }) };
}

/** Whether a tool can be asked what it would do. */
export function takesDryRun({ input }: AnyTool): boolean {
  return input instanceof z.ZodObject && DRY_RUN in input.shape;
}

/** Whether an input only asks what would be done. */
export function isDryRun({ [DRY_RUN]: asked }: JsonObject): boolean {
  return asked === true;
}

/** What a call would do; throws what it would be refused with before anything is sent. */
export async function dryRun(
  { name, effect }: AnyTool,
  call: Call,
  task: (call: Call) => Promise<unknown>,
): Promise<z.input<typeof dryRunReply>> {
  const requests =
    effect === 'read' ? await rehearseRead(name, call, task) : await rehearse(call, task);
  const what = counted(requests.length, effect === 'read' ? 'read' : 'write');
  call.trail.said = `Nothing was sent; ${what} would be`;
  call.trail.message = `Dry run of ${what}`;
  call.trail.count = 0;
  const noted = call.access?.noted;
  const grants = noted && { grants: [...(effect === 'read' ? noted.reaching : noted.grants)] };
  return { dry_run: { ...grants, requests: requests.map((request) => shown(request, call)) } };
}

function shown({ tool, table, request, guarded }: PlannedRequest, { view }: Call) {
  return { tool, table, request: view ? view.show(request) : request, guarded };
}
