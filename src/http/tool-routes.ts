import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Budget } from '../dynamodb/calls/budget.ts';
import { newTrail, type Trail } from '../dynamodb/calls/call.ts';
import { Cancellation } from '../dynamodb/calls/cancellation.ts';
import type { Invoke } from '../tools/invoke.ts';
import type { AnyTool } from '../tools/tool.ts';
import { withIdempotencyKey } from './idempotency.ts';
import type { OriginOf } from './origin.ts';
import { replyBody } from './reply-body.ts';
import { holdReply, refuseWhenFull } from './reply-budget.ts';

/** What the routes of tools need to know. */
export interface ToolRouteOptions {
  tools: readonly AnyTool[];
  invoke: Invoke;
  /** The most that a request body may have, whatever the tool. */
  maxBodyBytes: number;
  /** What all replies may take together while they are sent. */
  replies: Budget;
  /** How a request came in, where somebody wants to know. */
  originOf: OriginOf | undefined;
}

/** Serves every tool at `POST /tools/<name>`. */
export function addToolRoutes(app: FastifyInstance, options: ToolRouteOptions): void {
  const { tools, invoke, maxBodyBytes, replies, originOf } = options;
  for (const tool of tools) {
    const bodyLimit = Math.min(tool.maxInputBytes, maxBodyBytes);
    app.post(`/tools/${tool.name}`, { bodyLimit }, async (request, reply) => {
      const { principal, id: requestId } = request;
      const trail = newTrail();
      const hangUp = new Cancellation();
      const { raw: response } = reply;
      response.once('close', () => {
        if (!response.writableFinished) hangUp.abort();
      });
      refuseWhenFull(replies, principal.share);
      try {
        const input = withIdempotencyKey(tool, request);
        const output = await invoke(tool, input, {
          principal,
          requestId,
          trail,
          trace: request.trace,
          origin: originOf?.('rest', request),
          hangUp,
          takesJson: true,
          confirmation: { by: 'code', state: confirmationIn(request) },
        });
        const body = replyBody({ success: true, ...output });
        holdReply(replies, principal.share, { response, body, repeatable: tool.effect === 'read' });
        reply.type('application/json; charset=utf-8');
        return body;
      } finally {
        addTrail(reply, trail);
      }
    });
  }
}

/** The text with which a caller confirms an earlier call. */
function confirmationIn({ headers }: FastifyRequest): string | undefined {
  const { 'x-confirmation': text } = headers;
  return typeof text === 'string' ? text : undefined;
}

function addTrail(
  reply: FastifyReply,
  { attempts, consumedCapacity, hidesCosts, requestsLeft }: Trail,
): void {
  if (requestsLeft) {
    reply.header('ratelimit-policy', requestsLeft.policy).header('ratelimit', requestsLeft.left);
  }
  if (attempts === 0 || hidesCosts) return;
  reply.header('x-attempts', attempts).header('x-consumed-capacity', consumedCapacity);
}
