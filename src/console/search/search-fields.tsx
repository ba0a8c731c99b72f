import { Options } from '../parts.tsx';
import type { Table, VectorIndex } from '../table.ts';

/** In which index, and in which part of it. */
export function Where(props: {
  table: Table;
  index: VectorIndex;
  partition: string;
  onIndex: (name: string) => void;
  onPartition: (value: string) => void;
}) {
  const { vector_indexes: indexes } = props.table;
  const { index_name: chosen, partition_attribute: attribute } = props.index;
  const names = Object.fromEntries(indexes.map(({ index_name }) => [index_name, index_name]));
  return (
    <div class="row">
      {indexes.length > 1 && (
        <Options label="Vector index" names={names} chosen={chosen} onChoose={props.onIndex} />
      )}
      {attribute !== null && (
        <label>
          Where {attribute} is
          <input
            placeholder="that of the item"
            value={props.partition}
            onInput={(event) => props.onPartition(event.currentTarget.value)}
          />
        </label>
      )}
    </div>
  );
}

/** What is searched for. */
export function SearchForm(props: {
  label: string;
  placeholder?: string;
  value: string;
  isReady: boolean;
  onChange: (value: string) => void;
  onSearch: () => void;
}) {
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault();
        props.onSearch();
      }}
    >
      <label>
        {props.label}
        <input
          class="wide"
          placeholder={props.placeholder}
          value={props.value}
          onInput={(event) => props.onChange(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="primary" disabled={!props.isReady}>
        Search
      </button>
    </form>
  );
}
