/** What the errors of a YAML reader mean to somebody who writes a policy, by the reader's codes. */
const MESSAGES: Readonly<Record<string, string>> = {
  ALIAS_PROPS: 'anchors and aliases are not allowed; for a text with "*" or "&" use quotes',
  BAD_ALIAS: 'a text that begins with "*" or "&" must be in quotes',
  BAD_INDENT: 'is not indented as YAML requires, or a bracket is not closed',
  BAD_DQ_ESCAPE: 'has an escape in a quoted text that does not exist',
  BAD_SCALAR_START: 'a text that begins with a special character must be in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a text with ": " in it must be in quotes',
  MISSING_CHAR: 'a bracket, quote, comma, colon or space is missing',
  MULTIPLE_DOCS: 'must be one document, without a further "---"',
  MULTILINE_IMPLICIT_KEY: 'a name must be on one line, followed by ":"',
  RESOURCE_EXHAUSTION: 'nests too deep',
  TAB_AS_INDENT: 'is indented by a tab; use spaces',
  UNEXPECTED_TOKEN: 'cannot be read here; a text with brackets needs quotes',
};

/** Our sentence for an error of the YAML reader. */
export function syntaxMessage(code: string): string {
  return MESSAGES[code] ?? 'is not valid YAML';
}
