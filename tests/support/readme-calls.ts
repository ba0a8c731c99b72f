import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonObject } from '../../src/json/parse.ts';

const CURL =
  /```sh\ncurl -s -X POST localhost:8002(?<route>\/\S+)(?<rest>[^`]*)```(?:\n\n```json\n(?<reply>.*)\n```)?/g;

const DOCS = path.join(import.meta.dirname, '../../docs');

/** What differs from one run to the next: the request's id, and the table's name and size. */
const PASSING = ['request_id', 'table', 'size_bytes', 'item_count'];

/** A curl call of the documents. */
export interface ReadmeCall {
  route: string;
  body: string | undefined;
  headers: Record<string, string>;
  /** What of the reply is documented; without one below the call, only that it succeeds. */
  reply: JsonObject | undefined;
}

const README = readFileSync(path.join(import.meta.dirname, '../../README.md'), 'utf8');

/** The curl calls of a document in their order: each expects what those before it have left. */
const callsOf = (document: string): ReadmeCall[] =>
  [...document.matchAll(CURL)].map(
    ({ groups = {} }): ReadmeCall => ({
      route: groups.route ?? '',
      body: /-d '(?<body>[^']*)'/.exec(groups.rest ?? '')?.groups?.body,
      headers: groups.rest?.includes("-H 'content-type: application/json'")
        ? { 'content-type': 'application/json' }
        : {},
      reply: groups.reply === undefined ? undefined : lasting(JSON.parse(groups.reply)),
    }),
  );

const page = (file: string) => readFileSync(path.join(DOCS, file), 'utf8');

/** What says how the tools are used, with the table of errors. */
export const TOOLS_PAGE = page('tools.md');

/** The calls of the README, then those of the tools' page, then of the other pages, which change nothing. */
export const CALLS: readonly ReadmeCall[] = [
  ...callsOf(README),
  ...callsOf(TOOLS_PAGE),
  ...readdirSync(DOCS)
    .filter((file) => file.endsWith('.md') && file !== 'tools.md')
    .flatMap((file) => callsOf(page(file))),
];

/** A reply without what differs from one run to the next. */
export function lasting(reply: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(reply).filter(([name]) => !PASSING.includes(name)));
}
