import { keysOf, type Table } from '../table.ts';
import { FilterRows } from './filter-rows.tsx';
import { type Asked, SORT_OPERATORS } from './request.ts';

interface Props {
  table: Table;
  asked: Asked;
  busy: boolean;
  onChange: (asked: Asked) => void;
  onRun: () => void;
}

/** What to read: table or index, key conditions, filter, order. */
export function ConditionForm({ table, asked, busy, onChange, onRun }: Props) {
  const keys = keysOf(table, asked.index);
  const partition = keys.find(({ key_type }) => key_type === 'HASH');
  const sort = keys.find(({ key_type }) => key_type === 'RANGE');
  const set = (change: Partial<Asked>) => onChange({ ...asked, ...change });
  const text = (name: 'partition' | 'sort' | 'sortTo', label: string, placeholder = '') => (
    <input
      aria-label={label}
      placeholder={placeholder}
      value={asked[name]}
      onInput={(event) => set({ [name]: event.currentTarget.value })}
    />
  );
  return (
    <form
      class="conditions"
      onSubmit={(event) => {
        event.preventDefault();
        onRun();
      }}
    >
      <div class="row">
        <select
          aria-label="Table or index"
          value={asked.index ?? ''}
          onChange={(event) =>
            set({
              index: event.currentTarget.value || undefined,
              sort: '',
              sortTo: '',
              partition: '',
            })
          }
        >
          <option value="">the table</option>
          {table.indexes.map(({ index_name }) => (
            <option key={index_name}>{index_name}</option>
          ))}
        </select>
        <span>{partition?.attribute_name} =</span>
        {text('partition', `${partition?.attribute_name} is`, 'empty: scan')}
        {sort && (
          <label>
            {sort.attribute_name}
            <select
              aria-label={`How ${sort.attribute_name} compares`}
              disabled={asked.partition === ''}
              value={asked.sortOperator}
              onChange={(event) =>
                set({ sortOperator: event.currentTarget.value as Asked['sortOperator'] })
              }
            >
              {Object.entries(SORT_OPERATORS).map(([name, title]) => (
                <option key={name} value={name}>
                  {title}
                </option>
              ))}
            </select>
            {asked.sortOperator !== '' && text('sort', `${sort.attribute_name} value`)}
            {asked.sortOperator === 'between' &&
              text('sortTo', `${sort.attribute_name} upper value`)}
          </label>
        )}
        <button type="submit" class="primary" disabled={busy}>
          {asked.partition === '' ? 'Scan' : 'Query'}
        </button>
      </div>
      <FilterRows rows={asked.filters} onChange={(filters) => set({ filters })} />
      <div class="row">
        <label class="check">
          <input
            type="checkbox"
            disabled={asked.partition === ''}
            checked={asked.descending}
            onChange={(event) => set({ descending: event.currentTarget.checked })}
          />
          Descending
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={asked.countOnly}
            onChange={(event) => set({ countOnly: event.currentTarget.checked })}
          />
          Count only
        </label>
        <label class="check">
          <input
            type="checkbox"
            disabled={asked.index !== undefined}
            checked={asked.consistent && asked.index === undefined}
            onChange={(event) => set({ consistent: event.currentTarget.checked })}
          />
          Consistent
        </label>
        <label>
          Items a page
          <input
            type="number"
            min={1}
            max={1000}
            value={asked.limit}
            onInput={(event) => set({ limit: Number(event.currentTarget.value) || 1 })}
          />
        </label>
      </div>
    </form>
  );
}
