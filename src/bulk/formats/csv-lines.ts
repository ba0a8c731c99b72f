import { Readable } from 'node:stream';
import { encodeName } from '../../dynamodb/values/attribute-names.ts';
import { type JsonObject, parseJson } from '../../json/parse.ts';
import { setMember } from '../../json/reader.ts';
import type { Line } from '../import/line-reader.ts';

/** A cell of a CSV, and whether it stood in quotes. */
interface Cell {
  readonly text: string;
  readonly quoted: boolean;
}

const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const ROWS_AT_ONCE = 100;

/**
 * The rows of a CSV as lines of items; the header, which names the attributes, is line 1. What stands
 * in quotes is text; without them a number, true, false and null are what they say, and nothing is
 * absent.
 */
export async function* csvLines(
  chunks: AsyncGenerator<Buffer, void, void>,
): AsyncGenerator<Line[], void, void> {
  const { parse } = await import('csv-parse');
  const cast = (text: string, { quoting }: { quoting: boolean }): Cell => ({
    text,
    quoted: quoting,
  });
  const rows: AsyncIterable<Cell[]> = Readable.from(chunks, { objectMode: false }).pipe(
    parse({ bom: true, relax_column_count: true, cast }),
  );
  let columns: string[] | undefined;
  let number = 0;
  let lines: Line[] = [];
  for await (const row of rows) {
    number++;
    if (columns) lines.push({ number, bytes: Buffer.from(lineOf(row, columns)) });
    else columns = row.map(({ text }) => text);
    if (lines.length < ROWS_AT_ONCE) continue;
    yield lines;
    lines = [];
  }
  if (lines.length > 0) yield lines;
}

/** A row with more or fewer cells than the header is a line that no import takes. */
function lineOf(row: readonly Cell[], columns: readonly string[]): string {
  if (row.length !== columns.length) return JSON.stringify({ csv: row.map(({ text }) => text) });
  const item: JsonObject = {};
  for (const [at, { text, quoted }] of row.entries()) {
    const isAbsent = text === '' && !quoted;
    if (!isAbsent) setMember(item, encodeName(columns[at] ?? ''), quoted ? text : bareValue(text));
  }
  return JSON.stringify({ item });
}

function bareValue(text: string): unknown {
  if (NUMBER.test(text)) return parseJson(text);
  return WORDS.has(text) ? WORDS.get(text) : text;
}
