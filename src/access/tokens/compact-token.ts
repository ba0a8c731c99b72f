import type { JsonObject } from '../../json/parse.ts';
import { readStrictObject } from './strict-json.ts';

/** Longer texts are refused before they are looked into. */
export const MOST_CHARACTERS = 8_192;

/** A token taken apart; nothing of it is believed yet. */
export interface CompactToken {
  readonly header: JsonObject;
  readonly claims: JsonObject;
}

const PARTS = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;

/** Whether a bearer's text has the three parts of a token, however they are written. */
export function looksLikeToken(text: string): boolean {
  return text.split('.', 4).length === 3;
}

/**
 * Takes a signed JWT apart. Undefined for what is none, and for any text but the one way to write it:
 * padding and loose last bits would make other texts of the same token.
 */
export function readCompactToken(text: string): CompactToken | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  const [, ...parts] = PARTS.exec(text) ?? [];
  const [head, body, signature] = parts.map(decodeCanonical);
  const header = head && readStrictObject(head);
  const claims = body && readStrictObject(body);
  return header && claims && signature ? { header, claims } : undefined;
}

function decodeCanonical(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.toString('base64url') === part ? bytes : undefined;
}
