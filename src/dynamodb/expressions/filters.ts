import { invalid } from '../../errors.ts';
import { isJsonObject, type JsonObject } from '../../json/parse.ts';
import { decodeName, TAG } from '../values/attribute-names.ts';
import { compareValues, orderedType } from '../values/compare-values.ts';
import type { NativeValue } from '../values/native-values.ts';
import { SizeBudget } from '../values/size-budget.ts';
import { decodeValue } from '../values/values.ts';
import { COMPARISONS } from './comparisons.ts';
import { callersCondition, conjunction, type Expressions } from './expressions.ts';

/** What is read must meet to be returned; all parts are combined by AND. */
export interface Filters {
  /** Attribute → value it must have, or `{operator: operand}`; null for a stored NULL. */
  filter?: JsonObject | undefined;
  filterExpression?: string | undefined;
}

const MOST_OPERANDS = 100;
/** DynamoDB takes so many operators in an expression, and so has no use for more attributes. */
const MOST_ATTRIBUTES = 300;

/** Where an operand stands, and what its values go into. */
interface Place {
  path: string;
  budget: SizeBudget;
  expressions: Expressions;
}

/** What an operator says of an attribute; throws ValidationError for an operand that is none of its. */
type Operator = (name: string, operand: unknown, place: Place) => string;

/** Reads the values in an operand; throws ValidationError. */
type ReadOperand = (operand: unknown, path: string, budget: SizeBudget) => NativeValue[];

const one: ReadOperand = (operand, path, budget) => [decodeValue(operand, path, budget)];

const ordered: ReadOperand = (operand, path, budget) => {
  const value = decodeValue(operand, path, budget);
  if (orderedType(value) === undefined) throw invalid(path, 'must be text, a number or binary');
  return [value];
};

const range: ReadOperand = (operand, path, budget) => {
  if (!Array.isArray(operand) || operand.length !== 2) throw invalid(path, 'must have two values');
  const [low = null, high = null] = listed(ordered, operand, path, budget);
  if (orderedType(low) !== orderedType(high)) {
    throw invalid(path, 'must have two values of one type');
  }
  if (compareValues(low, high) > 0) {
    throw invalid(path, 'must have the lower value first');
  }
  return [low, high];
};

const several: ReadOperand = (operand, path, budget) => {
  if (!Array.isArray(operand) || operand.length < 1 || operand.length > MOST_OPERANDS) {
    throw invalid(path, `must be a list of 1 to ${MOST_OPERANDS} values`);
  }
  return listed(one, operand, path, budget);
};

const beginning: ReadOperand = (operand, path, budget) => {
  const value = decodeValue(operand, path, budget);
  if (typeof value !== 'string' && !(value instanceof Uint8Array)) {
    throw invalid(path, 'must be text or binary');
  }
  return [value];
};

function listed(
  read: ReadOperand,
  operands: unknown[],
  path: string,
  budget: SizeBudget,
): NativeValue[] {
  return operands.flatMap((operand, index) => read(operand, `${path}[${index}]`, budget));
}

/** An operator whose operand is made of values. */
function comparison(
  read: ReadOperand,
  write: (name: string, values: string[]) => string,
): Operator {
  return (name, operand, { path, budget, expressions }) =>
    write(
      name,
      read(operand, path, budget).map((value) => expressions.value(value)),
    );
}

const equals = comparison(one, COMPARISONS.eq);

const exists: Operator = (name, operand, { path }) => {
  if (typeof operand !== 'boolean') throw invalid(path, 'must be true or false');
  return `${operand ? 'attribute_exists' : 'attribute_not_exists'}(${name})`;
};

const OPERATORS = new Map<string, Operator>([
  ['eq', equals],
  ['ne', comparison(one, (name, [value]) => `${name} <> ${value}`)],
  ['lt', comparison(ordered, COMPARISONS.lt)],
  ['lte', comparison(ordered, COMPARISONS.lte)],
  ['gt', comparison(ordered, COMPARISONS.gt)],
  ['gte', comparison(ordered, COMPARISONS.gte)],
  ['between', comparison(range, COMPARISONS.between)],
  ['in', comparison(several, (name, values) => `${name} IN (${values.join(', ')})`)],
  ['begins_with', comparison(beginning, COMPARISONS.begins_with)],
  ['contains', comparison(one, (name, [value]) => `contains(${name}, ${value})`)],
  ['exists', exists],
]);

const NAMES = [...OPERATORS.keys()].join(', ');

/** The filter expression of what a caller asks for; undefined where everything is wanted. */
export function buildFilter(
  { filter = {}, filterExpression }: Filters,
  expressions: Expressions,
): string | undefined {
  const members = Object.keys(filter);
  if (members.length > MOST_ATTRIBUTES) {
    throw invalid('filter', `must name at most ${MOST_ATTRIBUTES} attributes`);
  }
  const budget = new SizeBudget();
  const built = members.flatMap((member) => {
    const path = `filter.${member}`;
    const name = expressions.name(decodeName(member, path));
    return buildOne(name, filter[member], { path, budget, expressions });
  });
  return conjunction([...built, ...callersCondition(filterExpression, 'filter_expression')]);
}

/** The conditions on one attribute: a plain value is one to be equal to. */
function buildOne(name: string, wanted: unknown, place: Place): string[] {
  if (!isOperations(wanted, place.path)) return [equals(name, wanted, place)];
  return Object.entries(wanted).map(([member, operand]) => {
    const path = `${place.path}.${member}`;
    const operator = OPERATORS.get(member);
    if (operator) return operator(name, operand, { ...place, path });
    throw invalid(path, 'is mixed with operators; compare a map with {"eq": {…}}');
  });
}

/** Whether a value is `{operator: operand}` and not one to compare with. */
function isOperations(wanted: unknown, path: string): wanted is JsonObject {
  if (!isJsonObject(wanted)) return false;
  const members = Object.keys(wanted);
  if (members.some((member) => OPERATORS.has(member))) return true;
  const strange = members.find((member) => member.startsWith('$') && member !== TAG);
  if (strange === undefined) return false;
  throw invalid(`${path}.${strange}`, `is not an operator; the operators are ${NAMES}`);
}
