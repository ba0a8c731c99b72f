import { connect, type Socket } from 'node:net';

const HEAD_END = '\r\n\r\n';
const HEAD = /^HTTP\/1\.1 (\d{3}) .*\r\ncontent-length: (\d+)/is;

/**
 * A connection of the load generator. It does no more than it must, so that on a machine of two
 * cores what is measured is not slowed by what measures it: an answer is counted, not read.
 */
export class Connection {
  readonly #socket: Socket;
  #head = '';
  #status = 0;
  /** Bytes of the answer's body that are still to come. */
  #missing = 0;
  #resolve: ((status: number) => void) | undefined;
  closed = false;

  constructor({ hostname, port }: URL) {
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true })
      .on('data', (piece) => this.#receive(piece))
      .on('error', () => {})
      .on('close', () => {
        this.closed = true;
        this.#resolve?.(0);
      });
  }

  /** Sends a request, head and body; the status of its answer, 0 when there is none. */
  send(request: string): Promise<number> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      if (this.closed) resolve(0);
      else this.#socket.write(request);
    });
  }

  #receive(piece: Buffer): void {
    if (this.#missing > 0) {
      this.#missing -= piece.length;
    } else {
      this.#head += piece.toString('latin1');
      const end = this.#head.indexOf(HEAD_END);
      if (end < 0) return;
      const [, status, length] = HEAD.exec(this.#head.slice(0, end)) ?? [];
      if (length === undefined) throw new Error('The answer has no length.');
      this.#status = Number(status);
      this.#missing = Number(length) - (this.#head.length - end - HEAD_END.length);
      this.#head = '';
    }
    if (this.#missing === 0) this.#resolve?.(this.#status);
  }
}
