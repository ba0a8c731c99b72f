import type { FastifyInstance, FastifyReply } from 'fastify';
import { newTrail, type Trail } from '../dynamodb/calls/call.ts';
import { Cancellation } from '../dynamodb/calls/cancellation.ts';
import type { Invoke } from '../tools/invoke.ts';
import type { AnyTool } from '../tools/tool.ts';

/** Serves every tool at `POST /tools/<name>`. */
export function addToolRoutes(
  app: FastifyInstance,
  tools: readonly AnyTool[],
  invoke: Invoke,
): void {
  for (const tool of tools) {
    app.post(`/tools/${tool.name}`, async (request, reply) => {
      const trail = newTrail();
      const hangUp = new Cancellation();
      const onClose = () => {
        if (!reply.raw.writableFinished) hangUp.abort();
      };
      reply.raw.once('close', onClose);
      try {
        const output = await invoke(tool, request.body, {
          principal: request.principal,
          requestId: request.id,
          trail,
          hangUp,
        });
        return { success: true, ...output };
      } finally {
        addTrail(reply, trail);
      }
    });
  }
}

function addTrail(reply: FastifyReply, { attempts, consumedCapacity }: Trail): void {
  if (attempts === 0) return;
  reply.header('x-attempts', attempts).header('x-consumed-capacity', consumedCapacity);
}
