import { giveBack } from '../../give-back.ts';

const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** A line of a body; the first is 1. */
export interface Line {
  readonly number: number;
  /** Undefined where it is longer than a line may be. */
  readonly bytes: Buffer | undefined;
}

/**
 * Lines of bytes, some at once. Of a line that is too long nothing is kept. The lines share memory
 * that is taken away when the next are asked for.
 */
export async function* readLines(
  chunks: AsyncIterable<Buffer>,
  longest: number,
): AsyncGenerator<Line[], void, void> {
  const cutter = new LineCutter(longest);
  for await (const chunk of chunks) {
    const lines = cutter.cut(chunk);
    if (lines.length > 0) yield lines;
    giveBack(chunk);
  }
  const last = cutter.rest();
  if (last) yield [last];
}

class LineCutter {
  readonly #longest: number;
  #number = 0;
  /** What came of a line whose end did not come yet. */
  #parts: Buffer[] = [];
  #length = 0;

  constructor(longest: number) {
    this.#longest = longest;
  }

  /** The lines that end in a chunk. */
  cut(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start);
      if (end < 0) break;
      lines.push(this.#line(chunk.subarray(start, end)));
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return lines;
  }

  /** The last line, where it has no end of its own. */
  rest(): Line | undefined {
    return this.#length > 0 ? this.#line(Buffer.alloc(0)) : undefined;
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return;
    this.#length += part.length;
    if (this.#length > this.#longest) this.#parts = [];
    // The chunk that it is a part of is given back.
    else this.#parts.push(Buffer.from(part));
  }

  #line(end: Buffer): Line {
    const number = ++this.#number;
    const length = this.#length + end.length;
    const whole = this.#parts.length > 0 ? Buffer.concat([...this.#parts, end]) : end;
    this.#parts = [];
    this.#length = 0;
    return { number, bytes: length > this.#longest ? undefined : trimmed(whole, number) };
  }
}

function trimmed(bytes: Buffer, number: number): Buffer {
  const start =
    number === 1 && bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
      ? BYTE_ORDER_MARK.length
      : 0;
  const end = bytes.at(-1) === RETURN ? bytes.length - 1 : bytes.length;
  return bytes.subarray(start, end);
}
