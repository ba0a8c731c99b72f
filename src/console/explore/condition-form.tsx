import { useRef } from 'preact/hooks';
import { Check, Options } from '../parts.tsx';
import { useShortcuts } from '../shortcuts.tsx';
import { keysOf, type Table } from '../table.ts';
import { FilterRows } from './filter-rows.tsx';
import { type Asked, SORT_OPERATORS } from './request.ts';

interface Props {
  table: Table;
  asked: Asked;
  mayRun: boolean;
  onChange: (asked: Asked) => void;
  onRun: () => void;
}

/** What to read: table or index, key conditions, filter, order. */
export function ConditionForm({ table, asked, mayRun, onChange, onRun }: Props) {
  const keys = keysOf(table, asked.index);
  const partition = keys.find(({ key_type }) => key_type === 'HASH');
  const sort = keys.find(({ key_type }) => key_type === 'RANGE');
  const form = useRef<HTMLFormElement>(null);
  const start = () => form.current?.querySelector('input')?.focus();
  useShortcuts([{ key: '/', title: 'Type a condition', run: start }]);
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
      ref={form}
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
        {text('partition', `${partition?.attribute_name} is`, 'leave empty to scan')}
        {sort && (
          <span class="field">
            {sort.attribute_name}
            <Options
              label={`How ${sort.attribute_name} compares`}
              names={SORT_OPERATORS}
              disabled={asked.partition === ''}
              chosen={asked.sortOperator}
              onChoose={(sortOperator) => set({ sortOperator })}
            />
            {asked.sortOperator !== '' && text('sort', `${sort.attribute_name} value`)}
            {asked.sortOperator === 'between' &&
              text('sortTo', `${sort.attribute_name} upper value`)}
          </span>
        )}
        <button type="submit" class="primary" disabled={!mayRun}>
          {asked.partition === '' ? 'Scan' : 'Query'}
        </button>
      </div>
      <FilterRows rows={asked.filters} onChange={(filters) => set({ filters })} />
      <div class="row">
        <Check
          label="Descending"
          disabled={asked.partition === ''}
          checked={asked.descending}
          onChange={(descending) => set({ descending })}
        />
        <Check
          label="Count only"
          checked={asked.countOnly}
          onChange={(countOnly) => set({ countOnly })}
        />
        <Check
          label="Consistent"
          disabled={asked.index !== undefined}
          checked={asked.consistent && asked.index === undefined}
          onChange={(consistent) => set({ consistent })}
        />
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
