import { Options } from '../parts.tsx';
import { FILTER_OPERATORS, type FilterRow, TRUE, TYPED } from './request.ts';

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
      <Options
        label="Comparison"
        names={FILTER_OPERATORS}
        chosen={operator}
        onChoose={(chosen) => props.onChange({ operator: chosen })}
      />
      <Options
        label="Type"
        names={TYPED}
        chosen={type}
        onChoose={(chosen) => props.onChange({ type: chosen })}
      />
      {hasValue && type === 'BOOL' && (
        <Options
          label="Value"
          names={{ [TRUE]: TRUE, false: 'false' }}
          chosen={value === TRUE ? TRUE : 'false'}
          onChoose={(chosen) => props.onChange({ value: chosen })}
        />
      )}
      {hasValue && type !== 'BOOL' && (
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
