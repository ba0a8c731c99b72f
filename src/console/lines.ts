/** The lines of a body as they come; where the connection is lost they end with the last whole one. */
export async function* linesOf({ body }: { body: ReadableStream<Uint8Array> | null }) {
  if (!body) return;
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = '';
  for (;;) {
    const piece = await reader.read().catch(() => undefined);
    if (!piece) return;
    const { done, value } = piece;
    rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (done) break;
  }
  if (rest !== '') yield rest;
}
