import {
  type Asked,
  FILTER_OPERATORS,
  type FilterRow,
  NOTHING,
  SORT_OPERATORS,
  TYPED,
} from './request.ts';

/**
 * The address of what is asked for, as in `#explore?index=GSI1&partition=…`: what differs from
 * nothing, and of which table where there are several.
 */
export function addressOf(asked: Partial<Asked>, table?: string): string {
  const { filters = [], ...others } = asked;
  const told = new URLSearchParams(table === undefined ? {} : { table });
  for (const [name, value] of Object.entries(others)) {
    const isUsual = value === undefined || value === NOTHING[name as keyof Asked];
    if (!isUsual) told.set(name, String(value));
  }
  for (const row of filters) told.append('filter', JSON.stringify(row));
  return told.size === 0 ? '#explore' : `#explore?${told}`;
}

/** What an address asks for; what it has that is not understood is passed over. */
export function askedIn(address: string): Asked {
  const told = new URLSearchParams(address.split('?')[1] ?? '');
  const text = (name: string) => told.get(name) ?? '';
  const operator = text('sortOperator');
  return {
    index: told.get('index') ?? undefined,
    partition: text('partition'),
    sortOperator: Object.hasOwn(SORT_OPERATORS, operator)
      ? (operator as Asked['sortOperator'])
      : NOTHING.sortOperator,
    sort: text('sort'),
    sortTo: text('sortTo'),
    filters: told.getAll('filter').flatMap(filterIn),
    descending: told.has('descending'),
    countOnly: told.has('countOnly'),
    consistent: told.has('consistent'),
    limit: Number(text('limit')) || NOTHING.limit,
  };
}

function filterIn(text: string): FilterRow[] {
  try {
    const { name, operator, type, value, to } = JSON.parse(text);
    const isKnown = Object.hasOwn(FILTER_OPERATORS, operator) && Object.hasOwn(TYPED, type);
    return isKnown
      ? [{ operator, type, name: String(name), value: String(value), to: String(to) }]
      : [];
  } catch {
    return [];
  }
}
