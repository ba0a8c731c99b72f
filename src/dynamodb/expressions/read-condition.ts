import { type Path, type ResolveName, TokenReader } from './token-reader.ts';

/** What stands on a side of a comparison. */
export type Operand =
  | { readonly is: 'path'; readonly path: Path }
  | { readonly is: 'value'; readonly placeholder: string }
  | { readonly is: 'other' };

/** One comparison or function that must hold. */
export interface Comparison {
  /** `=`, `BETWEEN`, the name of a function, or `` for what stands alone. */
  readonly operator: string;
  readonly operands: readonly Operand[];
}

/** A condition as far as it matters which attributes it reads. */
export interface ReadCondition {
  /** All paths in it. */
  readonly paths: readonly Path[];
  /** What must all hold for it to hold, where it is a conjunction of comparisons; undefined for any other. */
  readonly conjuncts: readonly Comparison[] | undefined;
}

const FUNCTIONS = new Set([
  'attribute_exists',
  'attribute_not_exists',
  'attribute_type',
  'begins_with',
  'contains',
  'size',
]);
const COMPARATORS = ['=', '<>', '<=', '>=', '<', '>'];
/** Deeper than any expression of 4 KB has use for. */
const DEEPEST = 400;

/** Reads a condition, filter or key condition; throws UnreadExpression. */
export function readCondition(expression: string, resolve: ResolveName): ReadCondition {
  const reading = new ConditionReader(new TokenReader(expression, resolve));
  return reading.whole();
}

/** What a part of a condition turned out to be. */
type Part = Operand | { readonly is: 'condition'; readonly conjuncts: Comparison[] | undefined };

class ConditionReader {
  readonly #tokens: TokenReader;
  readonly #paths: Path[] = [];
  #depth = 0;

  constructor(tokens: TokenReader) {
    this.#tokens = tokens;
  }

  whole(): ReadCondition {
    const part = this.#alternatives();
    if (!this.#tokens.atEnd) this.#tokens.fail();
    return { paths: this.#paths, conjuncts: conjunctsOf(part) };
  }

  #alternatives(): Part {
    const first = this.#conjunction();
    let several = false;
    while (this.#tokens.take('OR')) {
      this.#conjunction();
      several = true;
    }
    return several ? { is: 'condition', conjuncts: undefined } : first;
  }

  #conjunction(): Part {
    const first = this.#negation();
    const parts = [first];
    while (this.#tokens.take('AND')) parts.push(this.#negation());
    if (parts.length === 1) return first;
    const all = parts.map(conjunctsOf);
    const known = all.filter((conjuncts) => conjuncts !== undefined);
    return { is: 'condition', conjuncts: known.length < all.length ? undefined : known.flat() };
  }

  #negation(): Part {
    let negated = false;
    while (this.#tokens.take('NOT')) negated = true;
    const part = this.#comparison();
    return negated ? { is: 'condition', conjuncts: undefined } : part;
  }

  #comparison(): Part {
    const left = this.#unit();
    const comparator = COMPARATORS.find((sign) => this.#tokens.take(sign));
    if (comparator) return compared(comparator, left, this.#unit());
    if (this.#tokens.take('BETWEEN')) {
      const low = this.#unit();
      this.#tokens.demand('AND');
      return compared('BETWEEN', left, low, this.#unit());
    }
    if (this.#tokens.take('IN')) {
      this.#tokens.demand('(');
      return compared('IN', left, ...this.#list());
    }
    return left;
  }

  /** What comes up to the bracket that closes a list. */
  #list(): Part[] {
    const parts = [this.#unit()];
    while (this.#tokens.take(',')) parts.push(this.#unit());
    this.#tokens.demand(')');
    return parts;
  }

  #unit(): Part {
    if (++this.#depth > DEEPEST) this.#tokens.fail();
    const part = this.#bracketed() ?? this.#called() ?? this.#leaf();
    this.#depth--;
    return part;
  }

  #bracketed(): Part | undefined {
    if (!this.#tokens.take('(')) return undefined;
    const part = this.#alternatives();
    this.#tokens.demand(')');
    return part;
  }

  #called(): Part | undefined {
    const name = this.#tokens.takeFunction(FUNCTIONS);
    if (name === undefined) return undefined;
    const operands = this.#list();
    return name === 'size' ? { is: 'other' } : compared(name, ...operands);
  }

  #leaf(): Operand {
    const placeholder = this.#tokens.takeValue();
    if (placeholder !== undefined) return { is: 'value', placeholder };
    const path = this.#tokens.path();
    this.#paths.push(path);
    return { is: 'path', path };
  }
}

function compared(operator: string, ...parts: Part[]): Part {
  const operands = parts.map((part): Operand => (part.is === 'condition' ? { is: 'other' } : part));
  return { is: 'condition', conjuncts: [{ operator, operands }] };
}

function conjunctsOf(part: Part): Comparison[] | undefined {
  return part.is === 'condition' ? part.conjuncts : [{ operator: '', operands: [part] }];
}
