import { type Path, type ResolveName, TokenReader } from './token-reader.ts';

/** What an update expression does to one target. */
export interface UpdateAction {
  readonly verb: 'SET' | 'REMOVE' | 'ADD' | 'DELETE';
  readonly target: Path;
  /** The placeholder of the value that the target is set to, or that is added or deleted. */
  readonly literal: string | undefined;
  /** What it reads to know what to write. */
  readonly reads: readonly Path[];
}

const VERBS = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;
const FUNCTIONS = new Set(['if_not_exists', 'list_append']);
/** Deeper than any expression of 4 KB has use for. */
const DEEPEST = 400;

/** Reads an update expression; throws UnreadExpression. */
export function readUpdate(expression: string, resolve: ResolveName): UpdateAction[] {
  const tokens = new TokenReader(expression, resolve);
  const actions: UpdateAction[] = [];
  while (!tokens.atEnd) {
    const verb = VERBS.find((keyword) => tokens.take(keyword));
    if (!verb) return tokens.fail();
    do actions.push(readAction(tokens, verb));
    while (tokens.take(','));
  }
  return actions;
}

function readAction(tokens: TokenReader, verb: UpdateAction['verb']): UpdateAction {
  const target = tokens.path();
  if (verb === 'REMOVE') return { verb, target, literal: undefined, reads: [] };
  if (verb !== 'SET') {
    const literal = tokens.takeValue();
    // What is added to, or deleted from, is read.
    return literal === undefined ? tokens.fail() : { verb, target, literal, reads: [target] };
  }
  tokens.demand('=');
  const reads: Path[] = [];
  let literal = readOperand(tokens, reads);
  while (tokens.take('+') || tokens.take('-')) {
    readOperand(tokens, reads);
    literal = undefined;
  }
  return { verb, target, literal, reads };
}

/** Reads one operand and notes its paths; its placeholder where it is a value alone. */
function readOperand(tokens: TokenReader, reads: Path[], depth = 0): string | undefined {
  if (depth > DEEPEST) tokens.fail();
  if (tokens.take('(')) {
    let literal = readOperand(tokens, reads, depth + 1);
    while (tokens.take('+') || tokens.take('-')) {
      readOperand(tokens, reads, depth + 1);
      literal = undefined;
    }
    tokens.demand(')');
    return literal;
  }
  if (tokens.takeFunction(FUNCTIONS) !== undefined) {
    do readOperand(tokens, reads, depth + 1);
    while (tokens.take(','));
    tokens.demand(')');
    return undefined;
  }
  const placeholder = tokens.takeValue();
  if (placeholder === undefined) reads.push(tokens.path());
  return placeholder;
}
