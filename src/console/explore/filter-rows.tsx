import { FILTER_OPERATORS, type FilterRow, TYPED } from './request.ts';

const EMPTY: FilterRow = { name: '', operator: 'eq', type: 'S', value: '', to: '' };

/** Conditions on attributes, all of which have to be met. */
export function FilterRows({
  rows,
  onChange,
}: {
  rows: FilterRow[];
  onChange: (rows: FilterRow[]) => void;
}) {
  const change = (at: number, changed: Partial<FilterRow>) =>
    onChange(rows.map((row, index) => (index === at ? { ...row, ...changed } : row)));
  return (
    <div class="filters">
      {rows.map((row, at) => (
        <FilterFields
          key={at}
          row={row}
          onChange={(changed) => change(at, changed)}
          onRemove={() => onChange(rows.toSpliced(at, 1))}
        />
      ))}
      <button type="button" onClick={() => onChange([...rows, EMPTY])}>
        Add a filter
      </button>
    </div>
  );
}

function FilterFields(props: {
  row: FilterRow;
  onChange: (changed: Partial<FilterRow>) => void;
  onRemove: () => void;
}) {
  const { name, operator, type, value, to } = props.row;
  const hasValue = operator !== 'exists' && operator !== 'absent' && type !== 'NULL';
  return (
    <div class="row">
      <input
        aria-label="Attribute"
        placeholder="attribute"
        required
        value={name}
        onInput={(event) => props.onChange({ name: event.currentTarget.value })}
      />
      <select
        aria-label="Comparison"
        value={operator}
        onChange={(event) =>
          props.onChange({ operator: event.currentTarget.value as FilterRow['operator'] })
        }
      >
        {Object.entries(FILTER_OPERATORS).map(([each, title]) => (
          <option key={each} value={each}>
            {title}
          </option>
        ))}
      </select>
      <select
        aria-label="Type"
        value={type}
        onChange={(event) =>
          props.onChange({ type: event.currentTarget.value as FilterRow['type'] })
        }
      >
        {Object.entries(TYPED).map(([each, title]) => (
          <option key={each} value={each}>
            {title}
          </option>
        ))}
      </select>
      {hasValue && (
        <input
          aria-label="Value"
          value={value}
          onInput={(event) => props.onChange({ value: event.currentTarget.value })}
        />
      )}
      {operator === 'between' && (
        <input
          aria-label="Upper value"
          value={to}
          onInput={(event) => props.onChange({ to: event.currentTarget.value })}
        />
      )}
      <button type="button" aria-label="Remove this filter" onClick={props.onRemove}>
        ×
      </button>
    </div>
  );
}
