import { encodeName } from '../../dynamodb/values/attribute-names.ts';
import { invalid, shorten } from '../../errors.ts';
import { isExactNumber, numberText } from '../../json/decimal.ts';
import type { JsonObject } from '../../json/parse.ts';

/**
 * Writes items as rows of these columns: text in quotes, nothing else in quotes, and nothing at all
 * for what is absent. Throws ValidationError for a value that CSV cannot hold.
 */
export async function createCsvLines(
  columns: readonly string[],
): Promise<{ header: Buffer; rows(items: readonly JsonObject[]): Buffer }> {
  const { stringify } = await import('csv-stringify/sync');
  const write = (rows: unknown[][]) =>
    Buffer.from(stringify(rows, { quoted_string: true, cast: { object: textOf } }));
  return {
    header: write([[...columns]]),
    rows: (items) => write(items.map((item) => row(item, columns))),
  };
}

function row(item: JsonObject, columns: readonly string[]): unknown[] {
  return columns.map((name) => {
    const member = encodeName(name);
    return Object.hasOwn(item, member) ? cell(item[member], name) : undefined;
  });
}

/** What is no string is written without quotes, as csv-stringify writes what its `cast` makes of objects. */
function cell(value: unknown, name: string): unknown {
  if (typeof value === 'string') return value;
  if (value === null || typeof value === 'boolean') return { bare: String(value) };
  if (isExactNumber(value)) return { bare: numberText(value) };
  throw invalid(
    shorten(name),
    'has a value that is not text, a number, a boolean or null; use jsonl, which can hold any value',
  );
}

const textOf = ({ bare }: Record<string, unknown>) => String(bare);
