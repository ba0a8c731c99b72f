import { isJsonObject, type JsonObject, parseJson } from '../../json/parse.ts';

/** The object in a text that somebody types; undefined while it is none. */
export function objectIn(text: string): JsonObject | undefined {
  try {
    const value = parseJson(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
