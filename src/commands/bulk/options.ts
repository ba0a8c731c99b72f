import { type Option, type OptionValues, UsageError } from '../command.ts';
import { LOCAL_OPTIONS } from '../local-options.ts';

const value = (name: string, summary: string): Option => ({ type: 'string', value: name, summary });
const flag = (summary: string): Option => ({ type: 'boolean', summary });

/** The options that exports and imports have in common. */
const SHARED: Record<string, Option> = {
  ...LOCAL_OPTIONS,
  url: value('URL', 'go through a running service instead of straight to the table'),
  'key-file': value('FILE', 'file with the API key or token for --url; otherwise BULK_TOKEN'),
  table: value('NAME', 'use another of the configured tables'),
  rate: value('UNITS', 'use at most this many capacity units a second'),
  resume: flag('continue an interrupted run of the same command'),
  json: flag('report progress as lines of JSON'),
  'dry-run': flag('show what would be done, and do nothing'),
};

export const EXPORT_OPTIONS: Record<string, Option> = {
  ...SHARED,
  index: value('NAME', 'export an index'),
  key: value('JSON', 'export one partition: {"PK": "a"}'),
  'sort-key': value('JSON', 'with --key, one comparison: {"begins_with": "b"}'),
  filter: value('JSON', 'export only what matches: {"status": "Open"}'),
  projection: value('NAMES', 'attributes to export, comma separated'),
  segments: value('N', 'parts of the table to export at once (1)'),
  format: value('NAME', 'jsonl (default), dynamodb-json or csv'),
};

export const IMPORT_OPTIONS: Record<string, Option> = {
  ...SHARED,
  mode: value('NAME', 'put (default) or create_only'),
  'max-errors': value('N', 'lines that may fail before the import ends (1000)'),
};

/** The parameters of an HTTP request that options stand for, by the names of the options. */
const PARAMETERS: Record<string, string> = {
  table: 'table',
  index: 'index_name',
  key: 'key',
  'sort-key': 'sort_key',
  filter: 'filter',
  projection: 'projection',
  format: 'format',
  mode: 'mode',
  'max-errors': 'max_errors',
  rate: 'max_units_per_second',
};

/** Parameters as they stand in a query string. */
export type Parameters = Readonly<Record<string, string>>;

/** What a command asks for, as a request over HTTP would. */
export function parametersOf(values: OptionValues): Parameters {
  return Object.fromEntries(
    Object.entries(PARAMETERS).flatMap(([option, name]) =>
      typeof values[option] === 'string' ? [[name, values[option]]] : [],
    ),
  );
}

const MOST_SEGMENTS = 64;

/** Into how many parts an export is divided. */
export function segmentsIn({ segments = '1', key }: OptionValues): number {
  const count = /^\d{1,3}$/.test(String(segments)) ? Number(segments) : 0;
  if (count < 1 || count > MOST_SEGMENTS) {
    throw new UsageError(`--segments takes a number from 1 to ${MOST_SEGMENTS}.`);
  }
  if (count > 1 && key !== undefined) {
    throw new UsageError('--segments does not go with --key: a partition is read from end to end.');
  }
  return count;
}
