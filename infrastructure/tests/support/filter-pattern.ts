type Line = Record<string, unknown>;
type Condition = (line: Line) => boolean;

const TOKEN = /\s*(&&|\|\||>=|<=|!=|[=<>(){}*]|\$\.\w+|"[^"]*"|-?\d+(?:\.\d+)?)/y;

/**
 * Reads a filter pattern of CloudWatch Logs for JSON lines, as far as the patterns of this project
 * go: comparisons of top-level members with texts, numbers and `*`, joined by `&&` and `||`.
 */
export function readPattern(pattern: string): Condition {
  const tokens = tokensOf(pattern);
  const take = (expected?: string) => {
    const token = tokens.shift();
    if (token === undefined || (expected !== undefined && token !== expected)) {
      throw new Error(`${token ?? 'the end'} is not expected in ${pattern}`);
    }
    return token;
  };
  const comparison = (): Condition => {
    if (tokens[0] === '(') {
      take('(');
      const inner = either();
      take(')');
      return inner;
    }
    return compare(take().slice(2), take(), take());
  };
  const joined = (operator: string, part: () => Condition, join: 'every' | 'some') => () => {
    const parts = [part()];
    while (tokens[0] === operator) {
      take();
      parts.push(part());
    }
    return (line: Line) => parts[join]((holds) => holds(line));
  };
  const both = joined('&&', comparison, 'every');
  const either = joined('||', both, 'some');
  take('{');
  const whole = either();
  take('}');
  return whole;
}

function tokensOf(pattern: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < pattern.length) {
    const [, token] = TOKEN.exec(pattern) ?? [];
    if (token === undefined) throw new Error(`${pattern} is not a pattern that is understood here`);
    tokens.push(token);
  }
  return tokens;
}

/** A member that is not there is equal to nothing; texts are not compared with numbers. */
function compare(member: string, operator: string, operand: string): Condition {
  if (operand === '*') return (line) => line[member] !== undefined;
  if (operand.startsWith('"')) {
    if (operator !== '=') throw new Error(`${operator} is for numbers`);
    return (line) => line[member] === operand.slice(1, -1);
  }
  const number = Number(operand);
  return (line) => {
    const value = line[member];
    if (typeof value !== 'number') return false;
    switch (operator) {
      case '>':
        return value > number;
      case '>=':
        return value >= number;
      default:
        throw new Error(`${operator} is not understood here`);
    }
  };
}
