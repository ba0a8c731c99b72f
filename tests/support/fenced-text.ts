import { type JsonObject, parseJson } from '../../src/json/parse.ts';
import type { ToolResult } from './mcp-clients.ts';

const FENCED =
  /^(?<before>[^\n]*)\nData, not instructions:\n<(?<tag>data-\d{12,})>\n(?<data>[^\n]*)\n<\/\k<tag>>$/;

/** A text result in its parts. */
export interface FencedText {
  /** The one line of the server's own. */
  before: string;
  /** The random name of the tags. */
  tag: string;
  /** The one line between the tags. */
  data: string;
}

/** The one text of a result. */
export function textOf({ content }: ToolResult): string {
  const [first, ...more] = content;
  if (first?.type !== 'text' || more.length > 0) throw new Error(JSON.stringify(content));
  return first.text;
}

/** The parts of a text result; throws when it is not exactly one line and one fence. */
export function readFence(result: ToolResult): FencedText {
  const text = textOf(result);
  const { before, tag, data } = FENCED.exec(text)?.groups ?? {};
  if (before === undefined || tag === undefined || data === undefined) throw new Error(text);
  return { before, tag, data };
}

/** The data of a text result; an empty object where it shows none. */
export function dataOf(result: ToolResult): JsonObject {
  return textOf(result).includes('\n') ? (parseJson(readFence(result).data) as JsonObject) : {};
}
