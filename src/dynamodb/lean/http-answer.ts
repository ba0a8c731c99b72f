import { type BodyReader, createBodyReader, malformed } from './http-body.ts';

/** An answer of DynamoDB, read whole. */
export interface HttpAnswer {
  status: number;
  /** By their names in lower case. */
  headers: Record<string, string | undefined>;
  body: Buffer;
}

interface Head extends Omit<HttpAnswer, 'body'> {
  persistent: boolean;
}

const HEAD_END = '\r\n\r\n';
const MAX_HEAD_BYTES = 65_536;
const STATUS_LINE = /^HTTP\/1\.([01]) (\d{3})(?: |$)/;
const CLOSE = /(?:^|,)\s*close\s*(?:,|$)/i;

/** Reads one answer of HTTP/1.1 (RFC 9112) from the pieces in which it arrives. */
export class AnswerReader {
  #unread: Buffer | undefined;
  #head: Head | undefined;
  #body: BodyReader | undefined;

  /**
   * Takes the next piece, and copies what it keeps of it; the answer when it is whole. Throws for
   * what is none.
   */
  take(piece: Buffer): HttpAnswer | undefined {
    if (!this.#body) return this.#takeHead(piece);
    return this.#body.take(piece) ? this.#answer() : undefined;
  }

  /** The answer when the end of the connection is also its own. */
  end(): HttpAnswer | undefined {
    return this.#body?.endsWithConnection ? this.#answer() : undefined;
  }

  /** Whether the connection can carry another exchange after this answer. */
  get persistent(): boolean {
    return this.#head?.persistent === true && this.#body?.endsWithConnection === false;
  }

  /** How long the body is, where the head says so. */
  get length(): number {
    return this.#body?.length ?? 0;
  }

  #takeHead(piece: Buffer): HttpAnswer | undefined {
    const bytes = this.#unread ? Buffer.concat([this.#unread, piece]) : piece;
    const end = bytes.indexOf(HEAD_END);
    if (end < 0) {
      if (bytes.length > MAX_HEAD_BYTES) throw malformed();
      this.#unread = Buffer.from(bytes);
      return undefined;
    }
    this.#unread = undefined;
    const head = parseHead(bytes.toString('latin1', 0, end));
    const rest = bytes.subarray(end + HEAD_END.length);
    // What comes before the answer proper, such as 100 Continue.
    if (head.status < 200) return this.#takeHead(rest);
    this.#head = head;
    this.#body = createBodyReader(head.status, head.headers);
    return this.take(rest);
  }

  #answer(): HttpAnswer | undefined {
    const { status, headers } = this.#head as Head;
    return { status, headers, body: (this.#body as BodyReader).bytes() };
  }
}

function parseHead(text: string): Head {
  const lines = text.split('\r\n');
  const [, minor, status] = STATUS_LINE.exec(lines[0] ?? '') ?? [];
  if (status === undefined) throw malformed();
  const headers: Head['headers'] = {};
  for (let index = 1; index < lines.length; index++) addHeader(headers, lines[index] as string);
  const { connection } = headers;
  const persistent = minor === '1' && (connection === undefined || !CLOSE.test(connection));
  return { status: Number(status), headers, persistent };
}

function addHeader(headers: Head['headers'], line: string): void {
  const colon = line.indexOf(':');
  if (colon < 1) throw malformed();
  const name = line.slice(0, colon).toLowerCase();
  const value = line.slice(colon + 1).trim();
  const known = headers[name];
  headers[name] = known === undefined ? value : `${known}, ${value}`;
}
