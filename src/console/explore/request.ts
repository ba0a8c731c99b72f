import type { JsonObject } from '../../json/parse.ts';
import type { ToolCall } from '../service.ts';
import type { KeyPart, Table } from '../table.ts';
import { keysOf } from '../table.ts';
import { requestName, type Type } from '../values/attribute-value.ts';

/** How a sort key is compared, and in how many fields. */
export const SORT_OPERATORS = {
  '': 'any',
  eq: '=',
  begins_with: 'begins with',
  between: 'between',
  lt: '<',
  lte: '≤',
  gt: '>',
  gte: '≥',
} as const;

/** How an attribute is compared. */
export const FILTER_OPERATORS = {
  eq: '=',
  ne: '≠',
  lt: '<',
  lte: '≤',
  gt: '>',
  gte: '≥',
  between: 'between',
  in: 'one of',
  begins_with: 'begins with',
  contains: 'contains',
  exists: 'exists',
  absent: 'is absent',
} as const;

/** The types in which somebody types a value. */
export const TYPED = {
  S: 'text',
  N: 'number',
  BOOL: 'true/false',
  NULL: 'null',
  B: 'base64',
} as const;

/** A row of the filter. */
export interface FilterRow {
  name: string;
  operator: keyof typeof FILTER_OPERATORS;
  type: keyof typeof TYPED;
  value: string;
  to: string;
}

/** What is asked for. */
export interface Asked {
  index: string | undefined;
  /** The value of the partition key; a scan where it is empty. */
  partition: string;
  sortOperator: keyof typeof SORT_OPERATORS;
  sort: string;
  sortTo: string;
  filters: FilterRow[];
  descending: boolean;
  countOnly: boolean;
  consistent: boolean;
  limit: number;
}

export const NOTHING: Asked = {
  index: undefined,
  partition: '',
  sortOperator: '',
  sort: '',
  sortTo: '',
  filters: [],
  descending: false,
  countOnly: false,
  consistent: false,
  limit: 50,
};

/** The call that reads the first page of what is asked. */
export function callOf(table: Table, asked: Asked): ToolCall {
  const keys = keysOf(table, asked.index);
  const partition = keys.find(({ key_type }) => key_type === 'HASH');
  const sort = keys.find(({ key_type }) => key_type === 'RANGE');
  const isQuery = asked.partition !== '' && partition !== undefined;
  const input: JsonObject = {
    table: table.table,
    ...(asked.index !== undefined && { index_name: asked.index }),
    ...(isQuery && {
      key: {
        [requestName(partition.attribute_name)]: typed(partition.attribute_type, asked.partition),
      },
    }),
    ...(isQuery && sort && asked.sortOperator !== '' && { sort_key: sortKey(sort, asked) }),
    ...(isQuery && asked.descending && { scan_index_forward: false }),
    ...(asked.filters.length > 0 && { filter: filterOf(asked.filters) }),
    ...(asked.countOnly && { select: 'COUNT' }),
    ...(asked.consistent && asked.index === undefined && { consistent_read: true }),
    limit: asked.limit,
  };
  return { tool: isQuery ? 'query' : 'scan', input };
}

function sortKey(
  { attribute_type: type }: KeyPart,
  { sortOperator, sort, sortTo }: Asked,
): JsonObject {
  const operand =
    sortOperator === 'between' ? [typed(type, sort), typed(type, sortTo)] : typed(type, sort);
  return { [sortOperator]: operand };
}

/** The comparison that two rows make of one attribute, which a filter has no place for; undefined where none do. */
export function repeatedIn(rows: readonly FilterRow[]): string | undefined {
  const made = rows.map(({ name, operator }) => `${name} ${FILTER_OPERATORS[operator]}`);
  return made.find((each, at) => made.indexOf(each) !== at);
}

/** What a row says where its value is true. */
export const TRUE = 'true';

/** Rows on one attribute are combined. */
function filterOf(rows: FilterRow[]): JsonObject {
  const filter: JsonObject = {};
  for (const { name, operator, type, value, to } of rows) {
    const one = typed(type, value);
    const condition =
      operator === 'exists' || operator === 'absent'
        ? { exists: operator === 'exists' }
        : operator === 'between'
          ? { between: [one, typed(type, to)] }
          : operator === 'in'
            ? { in: value.split(',').map((each) => typed(type, each.trim())) }
            : { [operator]: one };
    const attribute = requestName(name);
    filter[attribute] = { ...(filter[attribute] as JsonObject | undefined), ...condition };
  }
  return filter;
}

/** What somebody typed, as a value of a type; the service says what is wrong with it. */
function typed(type: Type, text: string): unknown {
  switch (type) {
    case 'BOOL':
      return text === TRUE;
    case 'NULL':
      return null;
    case 'N':
      return { $ddb: { N: text.trim() } };
    case 'B':
      return { $ddb: { B: text.trim() } };
    default:
      return text;
  }
}
