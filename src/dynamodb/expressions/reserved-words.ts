import { freePrefix } from './expressions.ts';
import { RESERVED_WORDS } from './reserved-word-list.ts';

/** How the words of an expression are told from the names of attributes: by where they stand. */
interface Grammar {
  /** Whether it begins with an attribute, and not with a keyword. */
  readonly beginsWithOperand: boolean;
  /** What is a keyword behind an operand. */
  readonly keywords: ReadonlySet<string>;
  /** Whether NOT may stand before an operand. */
  readonly negates: boolean;
}

const CONDITION: Grammar = {
  beginsWithOperand: true,
  keywords: new Set(['AND', 'OR', 'BETWEEN', 'IN']),
  negates: true,
};
const UPDATE: Grammar = {
  beginsWithOperand: false,
  keywords: new Set(['SET', 'REMOVE', 'ADD', 'DELETE']),
  negates: false,
};
const PROJECTION: Grammar = { beginsWithOperand: true, keywords: new Set(), negates: false };

const GRAMMARS = {
  KeyConditionExpression: CONDITION,
  FilterExpression: CONDITION,
  SearchConditionExpression: CONDITION,
  ConditionExpression: CONDITION,
  UpdateExpression: UPDATE,
  ProjectionExpression: PROJECTION,
} as const satisfies Record<string, Grammar>;

type ExpressionName = keyof typeof GRAMMARS;
type Written = Partial<Record<ExpressionName, string | undefined>> & {
  ExpressionAttributeNames?: Record<string, string> | undefined;
};

function replaceInParameters<Parameters extends object>(
  parameters: Parameters,
): Parameters | undefined {
  const written: Written = parameters;
  const names = written.ExpressionAttributeNames ?? {};
  const expressions = (Object.keys(GRAMMARS) as ExpressionName[]).flatMap(
    (name): [ExpressionName, string][] => {
      const expression = written[name];
      return expression === undefined ? [] : [[name, expression]];
    },
  );
  const texts = expressions.map(([, expression]) => expression);
  const prefix = freePrefix('r', [...texts, ...Object.keys(names)].join(' '));
  const placeholders = new Map<string, string>();
  const placeholderOf = (word: string) => {
    const placeholder = placeholders.get(word) ?? `#${prefix}${placeholders.size}`;
    placeholders.set(word, placeholder);
    return placeholder;
  };
  const replaced = expressions.map(([name, expression]) => [
    name,
    replaceIn(expression, GRAMMARS[name], placeholderOf),
  ]);
  if (placeholders.size === 0) return undefined;
  const added = [...placeholders].map(([word, placeholder]) => [placeholder, word]);
  return {
    ...parameters,
    ...Object.fromEntries(replaced),
    ExpressionAttributeNames: { ...names, ...Object.fromEntries(added) },
  };
}

/**
 * The parameters of a command, also in the parts of a batch or transaction, with placeholders for
 * all reserved words that expressions use as names of attributes: the same for the same parameters;
 * undefined where there is none.
 */
export function replaceReservedWords<Parameters extends object>(
  parameters: Parameters,
): Parameters | undefined {
  const { TransactItems: list, RequestItems: byTable } = parameters as Batch;
  if (byTable) {
    const replaced = replaceInMembers(byTable);
    return replaced && { ...parameters, RequestItems: replaced };
  }
  if (!list) return replaceInParameters(parameters);
  const replaced = list.map(replaceInMembers);
  if (replaced.every((part) => part === undefined)) return undefined;
  return { ...parameters, TransactItems: list.map((part, index) => replaced[index] ?? part) };
}

/** The commands of several parts, `{table: parameters}` or `[{Put: parameters}]`. */
interface Batch {
  RequestItems?: Record<string, object>;
  TransactItems?: readonly Record<string, object>[];
}

function replaceInMembers(parts: Record<string, object>): Record<string, object> | undefined {
  const replaced = Object.entries(parts).flatMap(([name, part]): [string, object][] => {
    const parameters = replaceInParameters(part);
    return parameters ? [[name, parameters]] : [];
  });
  return replaced.length > 0 ? { ...parts, ...Object.fromEntries(replaced) } : undefined;
}

/** Placeholders, words and numbers, white space, and single characters. */
const TOKEN = /[#:]\w*|\w+|\s+|\W/g;
const SPACE = /^\s/;
const WORD = /^\w/;
const PLACEHOLDER = /^[#:]/;
const ENDS_OPERAND = new Set([')', ']']);
/** What stands behind an attribute, but behind no keyword. */
const BEHIND_ATTRIBUTE = new Set(['=', '<', '>', '.', '[']);

function replaceIn(
  expression: string,
  { beginsWithOperand, keywords, negates }: Grammar,
  placeholderOf: (word: string) => string,
): string {
  const tokens = expression.match(TOKEN) ?? [];
  const solid = tokens.filter((token) => !SPACE.test(token));
  let wantsOperand = beginsWithOperand;
  let at = -1;
  return tokens
    .map((token) => {
      if (SPACE.test(token)) return token;
      at++;
      if (!WORD.test(token)) {
        if (token !== '.') wantsOperand = !ENDS_OPERAND.has(token) && !PLACEHOLDER.test(token);
        return token;
      }
      const word = token.toUpperCase();
      if (solid[at - 1] !== '.') {
        if (!wantsOperand) {
          wantsOperand = keywords.has(word);
          return token;
        }
        if (solid[at + 1] === '(') return token;
        if (negates && word === 'NOT' && isOperand(solid.slice(at + 1, at + 4), keywords))
          return token;
      }
      wantsOperand = false;
      return RESERVED_WORDS.has(word) ? placeholderOf(token) : token;
    })
    .join('');
}

/** Whether the first token is an operand by what follows, and not a keyword. */
function isOperand([token = '', next = '', third = '']: string[], keywords: Grammar['keywords']) {
  if (PLACEHOLDER.test(token)) return true;
  if (!WORD.test(token)) return false;
  if (!keywords.has(token.toUpperCase()) || BEHIND_ATTRIBUTE.has(next)) return true;
  const operator = next.toUpperCase();
  if (operator === 'BETWEEN') return !BEHIND_ATTRIBUTE.has(third);
  return operator === 'IN' && third === '(';
}
