import { useState } from 'preact/hooks';
import { type AttributeValue, type Item, partsOf } from '../values/attribute-value.ts';
import { ValueEditor } from './value-editor.tsx';

interface Props {
  item: Item;
  /** Attributes that cannot be changed here: the key of what is stored. */
  fixed: string[];
  readOnly: boolean;
  onChange: (item: Item) => void;
}

/** The attributes of an item or a map, each with its type. */
export function TreeEditor({ item, fixed, readOnly, onChange }: Props) {
  const [name, setName] = useState('');
  const set = (each: string, value: AttributeValue) => onChange(entriesWith(item, each, value));
  const add = () => {
    if (name === '' || Object.hasOwn(item, name)) return;
    onChange(entriesWith(item, name, { S: '' }));
    setName('');
  };
  return (
    <ul class="tree">
      {Object.entries(item).map(([each, value]) => (
        <li key={each}>
          <span class="name">{each}</span>
          <ValueEditor
            name={each}
            value={value}
            readOnly={readOnly || fixed.includes(each)}
            onChange={(next) => set(each, next)}
          />
          {!readOnly && !fixed.includes(each) && (
            <button
              type="button"
              aria-label={`Remove ${each}`}
              onClick={() => onChange(without(item, each))}
            >
              ×
            </button>
          )}
        </li>
      ))}
      {!readOnly && (
        <li class="row">
          <input
            aria-label="Name of a new attribute"
            placeholder="new attribute"
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <button type="button" disabled={name === '' || Object.hasOwn(item, name)} onClick={add}>
            Add
          </button>
        </li>
      )}
    </ul>
  );
}

function entriesWith(item: Item, name: string, value: AttributeValue): Item {
  const entries = Object.entries(item).map(([each, held]): [string, AttributeValue] => [
    each,
    each === name ? value : held,
  ]);
  return Object.fromEntries(Object.hasOwn(item, name) ? entries : [...entries, [name, value]]);
}

function without(item: Item, name: string): Item {
  return Object.fromEntries(Object.entries(item).filter(([each]) => each !== name));
}

/** How many members a value has, where it has any. */
export function sizeOf(value: AttributeValue): number {
  const [, held] = partsOf(value);
  return typeof held === 'object' && held !== null ? Object.keys(held).length : 0;
}
