/** A piece of an expression: a word, a placeholder, or a character of punctuation. */
export interface Token {
  readonly kind: 'word' | 'name' | 'value' | 'sign';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** `#name`, `:value`, words and numbers, the signs of two characters, and single characters. */
const TOKEN = /#\w+|:\w+|\w+|<>|<=|>=|\S/gy;
const SPACE = /\s*/y;

const KINDS: Readonly<Record<string, Token['kind']>> = { '#': 'name', ':': 'value' };
const WORD = /^\w/;

/** What an expression is made of, in order; white space goes without saying. */
export function tokensOf(expression: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < expression.length) {
    SPACE.lastIndex = at;
    at += SPACE.exec(expression)?.[0].length ?? 0;
    TOKEN.lastIndex = at;
    const [text] = TOKEN.exec(expression) ?? [];
    if (text === undefined) break;
    tokens.push({ kind: kindOf(text), text, start: at, end: at + text.length });
    at += text.length;
  }
  return tokens;
}

function kindOf(text: string): Token['kind'] {
  if (WORD.test(text)) return 'word';
  return text.length > 1 ? (KINDS[text.charAt(0)] ?? 'sign') : 'sign';
}
