import { MAX_ANSWER_BYTES } from '../calls/http-handler.ts';

/** Reads the body of one answer from the pieces in which it arrives. */
export interface BodyReader {
  /** Whether the body has no other end than that of the connection. */
  readonly endsWithConnection: boolean;
  /** How long it is, where that is known before it is there; else 0. */
  readonly length: number;
  /**
   * Takes the next piece, and copies what it keeps of it; true when the body is whole. Throws for
   * what does not belong to it.
   */
  take(piece: Buffer): boolean;
  /** The body so far. */
  bytes(): Buffer;
}

const LENGTH = /^\d{1,15}$/;
const CHUNK_SIZE = /^([\da-f]{1,8})[ \t]*(?:;|$)/i;
const MAX_LINE = 65_536;
const LINE_FEED = 0x0a;

/** Chooses how the body of an answer ends (RFC 9112, section 6.3). */
export function createBodyReader(
  status: number,
  headers: Record<string, string | undefined>,
): BodyReader {
  const { 'transfer-encoding': encoding, 'content-length': length } = headers;
  if (status === 204 || status === 304) return new LengthReader(0);
  if (encoding !== undefined) {
    if (encoding.toLowerCase() !== 'chunked' || length !== undefined) throw malformed();
    return new ChunkReader();
  }
  if (length === undefined) return new ConnectionReader();
  if (!LENGTH.test(length) || Number(length) > MAX_ANSWER_BYTES) throw malformed();
  return new LengthReader(Number(length));
}

/** What arrived is no answer of HTTP; as good as none. */
export function malformed(): Error {
  return Object.assign(new Error('What arrived is not HTTP.'), { code: 'EPROTO' });
}

/** A body as long as Content-Length says. */
class LengthReader implements BodyReader {
  readonly endsWithConnection = false;
  readonly length: number;
  readonly #body: Buffer;
  #filled = 0;

  constructor(length: number) {
    this.length = length;
    this.#body = Buffer.allocUnsafe(length);
  }

  take(piece: Buffer): boolean {
    if (piece.length > this.#body.length - this.#filled) throw malformed();
    this.#body.set(piece, this.#filled);
    this.#filled += piece.length;
    return this.#filled === this.#body.length;
  }

  bytes(): Buffer {
    return this.#body;
  }
}

/** A body that lasts until the connection ends. */
class ConnectionReader implements BodyReader {
  readonly endsWithConnection = true;
  readonly length = 0;
  readonly #pieces: Buffer[] = [];
  #received = 0;

  take(piece: Buffer): boolean {
    this.#received += piece.length;
    if (this.#received > MAX_ANSWER_BYTES) throw malformed();
    this.#pieces.push(Buffer.from(piece));
    return false;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#pieces);
  }
}

/** A body in chunks: each has its size on a line before it, and the end of a line after it. */
class ChunkReader implements BodyReader {
  readonly endsWithConnection = false;
  readonly length = 0;
  readonly #chunks: Buffer[] = [];
  /** What the next line is. */
  #awaited: 'size' | 'end of chunk' | 'trailer' | 'nothing' = 'size';
  #line = '';
  /** Bytes of all chunks so far. */
  #announced = 0;
  /** Bytes of the chunk that are still to come. */
  #missing = 0;

  take(piece: Buffer): boolean {
    let rest = piece;
    while (rest.length > 0) {
      if (this.#awaited === 'nothing') throw malformed();
      rest = this.#missing > 0 ? this.#takeData(rest) : this.#takeLine(rest);
    }
    return this.#awaited === 'nothing';
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  #takeData(bytes: Buffer): Buffer {
    const data = bytes.subarray(0, this.#missing);
    this.#chunks.push(Buffer.from(data));
    this.#missing -= data.length;
    return bytes.subarray(data.length);
  }

  #takeLine(bytes: Buffer): Buffer {
    const end = bytes.indexOf(LINE_FEED);
    this.#line += bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
    if (this.#line.length > MAX_LINE) throw malformed();
    if (end < 0) return bytes.subarray(bytes.length);
    if (!this.#line.endsWith('\r')) throw malformed();
    this.#readLine(this.#line.slice(0, -1));
    this.#line = '';
    return bytes.subarray(end + 1);
  }

  #readLine(line: string): void {
    if (this.#awaited === 'size') {
      const [, size] = CHUNK_SIZE.exec(line) ?? [];
      if (size === undefined) throw malformed();
      this.#missing = Number.parseInt(size, 16);
      this.#announced += this.#missing;
      if (this.#announced > MAX_ANSWER_BYTES) throw malformed();
      this.#awaited = this.#missing > 0 ? 'end of chunk' : 'trailer';
    } else if (line === '') {
      this.#awaited = this.#awaited === 'trailer' ? 'nothing' : 'size';
    } else if (this.#awaited !== 'trailer') {
      throw malformed();
    }
  }
}
