import {
  isJSONRPCErrorResponse,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  type RequestId,
} from '@modelcontextprotocol/server';

/** A request that stays open for as long as its sender listens. */
const LISTEN = 'subscriptions/listen';

/** The requests that were received and not yet answered. */
export class OpenRequests {
  readonly #ids = new Set<RequestId>();
  readonly #waiting: (() => void)[] = [];

  received(message: JSONRPCMessage): void {
    if (isJSONRPCRequest(message) && message.method !== LISTEN) this.#ids.add(message.id);
    if (isJSONRPCNotification(message) && message.method === 'notifications/cancelled') {
      this.#settle(message.params?.requestId as RequestId | undefined);
    }
  }

  sent(message: JSONRPCMessage): void {
    if (isJSONRPCResultResponse(message) || isJSONRPCErrorResponse(message)) {
      this.#settle(message.id);
    }
  }

  /** Resolves when all are answered, given up, or the time is over. */
  async answered(withinMs: number): Promise<void> {
    if (this.#ids.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      setTimeout(resolve, withinMs).unref();
    });
  }

  /** Nothing can be answered any more. */
  abandon(): void {
    this.#ids.clear();
    for (const resolve of this.#waiting) resolve();
  }

  #settle(id: RequestId | undefined): void {
    if (id !== undefined && this.#ids.delete(id) && this.#ids.size === 0) this.abandon();
  }
}
