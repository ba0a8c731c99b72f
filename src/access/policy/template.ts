/** A text with variables, and whether it is only what other texts begin with. */
export interface Template {
  readonly parts: readonly TemplatePart[];
  readonly isPrefix: boolean;
}

type TemplatePart =
  | { readonly text: string }
  /** The character behind a variable ends it, so that no value may contain it. */
  | { readonly variable: string; readonly delimiter: string | undefined };

/** The values of a principal's variables: what a claim holds, unchecked. */
export type Variables = ReadonlyMap<string, unknown>;

const VARIABLE = /\$\{([^}]*)\}/;
const VARIABLES = /\$\{([^}]*)\}/g;
/** What a variable may be named. */
export const VARIABLE_NAME = /^[A-Za-z_][\w-]{0,63}$/;
const MOST_BYTES = 256;

/** The template in a matcher's text, whose last character may be the `*` of a prefix. */
export function matcherTemplate(text: string): Template {
  const isPrefix = text.endsWith('*');
  return { parts: partsOf(isPrefix ? text.slice(0, -1) : text), isPrefix };
}

/** The template in a text that is written, where `*` is a letter. */
export function textTemplate(text: string): Template {
  return { parts: partsOf(text), isPrefix: false };
}

function partsOf(text: string): TemplatePart[] {
  // Splitting by one group gives texts and names in turns.
  const pieces = text.split(VARIABLE);
  return pieces.flatMap((piece, index): TemplatePart[] => {
    if (index % 2 === 0) return piece === '' ? [] : [{ text: piece }];
    const [delimiter] = pieces[index + 1] ?? '';
    return [{ variable: piece, delimiter }];
  });
}

/** The variables of a text. */
export function variablesOf(text: string): string[] {
  return [...text.matchAll(VARIABLES)].map(([, name = '']) => name);
}

/** What keeps a text from being one with variables; undefined for a good one. */
export function templateProblem(text: string): string | undefined {
  const isMalformed = text.replace(VARIABLES, ' ').includes('${');
  if (isMalformed || variablesOf(text).some((name) => !VARIABLE_NAME.test(name))) {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how policies write variables
    return 'a variable is written ${name}, its name of letters, digits, "_" and "-"';
  }
  // Where one ends and the next begins, nobody could say.
  return /\$\{[^}]*\}\$\{/.test(text)
    ? 'two variables must have something between them'
    : undefined;
}

/** What keeps a text from being a matcher's. */
export function matcherTextProblem(text: string): string | undefined {
  if (text.replace(VARIABLES, ' ').slice(0, -1).includes('*')) {
    return '"*" is allowed only at the end';
  }
  if (/\$\{[^}]*\}\*$/.test(text)) {
    return 'something must stand between a variable and the "*" at the end, or its value has no end';
  }
  return templateProblem(text);
}

/** The text of a template for somebody; undefined where a variable has no value that may stand there. */
export function bindTemplate({ parts }: Template, variables: Variables): string | undefined {
  let bound = '';
  for (const part of parts) {
    const text =
      'text' in part ? part.text : valueText(variables.get(part.variable), part.delimiter);
    if (text === undefined) return undefined;
    bound += text;
  }
  return bound;
}

function valueText(value: unknown, delimiter: string | undefined): string | undefined {
  const text = Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== 'string' || text === '' || !text.isWellFormed()) return undefined;
  if (delimiter !== undefined && text.includes(delimiter)) return undefined;
  return Buffer.byteLength(text) > MOST_BYTES ? undefined : text;
}
