import { Options } from '../parts.tsx';
import {
  type AttributeValue,
  type Item,
  partsOf,
  TYPES,
  type Type,
} from '../values/attribute-value.ts';
import { brief } from '../values/cell.tsx';
import { sizeOf, TreeEditor } from './tree-editor.tsx';

interface Props {
  name: string;
  value: AttributeValue;
  readOnly: boolean;
  onChange: (value: AttributeValue) => void;
}

/** Longer lists, such as vectors, are opened on request. */
const FOLDED_ABOVE = 12;

const EMPTY: Record<Type, AttributeValue> = {
  S: { S: '' },
  N: { N: '0' },
  BOOL: { BOOL: false },
  NULL: { NULL: true },
  M: { M: {} },
  L: { L: [] },
  SS: { SS: [''] },
  NS: { NS: ['0'] },
  B: { B: '' },
  BS: { BS: [''] },
};

/** A value with its type, which can be another one. */
export function ValueEditor(props: Props) {
  const { name, value, readOnly, onChange } = props;
  const [type] = partsOf(value);
  return (
    <>
      <Options
        label={`Type of ${name}`}
        names={TYPES}
        disabled={readOnly}
        chosen={type}
        onChoose={(next) => onChange(converted(value, next))}
      />
      {sizeOf(value) > FOLDED_ABOVE ? (
        <details>
          <summary>{brief(value)}</summary>
          <Held {...props} />
        </details>
      ) : (
        <Held {...props} />
      )}
    </>
  );
}

/** What a value holds; line ends that a field of a page would change are changed as text, where they are escaped. */
function Held(props: Props) {
  if (props.readOnly || !hasOtherLines(props.value)) return <Fields {...props} />;
  return (
    <>
      <Fields {...props} readOnly />
      <small class="note">Its line ends would change here: change it as JSON.</small>
    </>
  );
}

function Fields({ name, value, readOnly, onChange }: Props) {
  const [type, held] = partsOf(value);
  const label = `Value of ${name}`;
  switch (type) {
    case 'NULL':
      return null;
    case 'BOOL':
      return (
        <Options
          label={label}
          names={{ true: 'true', false: 'false' }}
          disabled={readOnly}
          chosen={held ? 'true' : 'false'}
          onChoose={(next) => onChange({ BOOL: next === 'true' })}
        />
      );
    case 'M':
      return (
        <TreeEditor
          item={held as Item}
          fixed={[]}
          readOnly={readOnly}
          onChange={(M) => onChange({ M })}
        />
      );
    case 'L':
      return (
        <ListEditor
          name={name}
          list={held as AttributeValue[]}
          readOnly={readOnly}
          onChange={(L) => onChange({ L })}
        />
      );
    case 'S':
      return (
        <textarea
          aria-label={label}
          rows={Math.min(8, String(held).split('\n').length)}
          readOnly={readOnly}
          value={held as string}
          onInput={(event) => onChange({ S: event.currentTarget.value })}
        />
      );
    case 'N':
    case 'B':
      return (
        <input
          aria-label={label}
          readOnly={readOnly}
          value={held as string}
          onInput={(event) => onChange({ [type]: event.currentTarget.value } as AttributeValue)}
        />
      );
    default:
      return (
        <textarea
          aria-label={`${label}, one a line`}
          rows={Math.min(8, (held as string[]).length)}
          readOnly={readOnly}
          value={(held as string[]).join('\n')}
          onInput={(event) =>
            onChange({ [type]: event.currentTarget.value.split('\n') } as AttributeValue)
          }
        />
      );
  }
}

function ListEditor(props: {
  name: string;
  list: AttributeValue[];
  readOnly: boolean;
  onChange: (list: AttributeValue[]) => void;
}) {
  const { name, list, readOnly, onChange } = props;
  return (
    <ol class="tree" start={0}>
      {list.map((value, at) => (
        <li key={at}>
          <ValueEditor
            name={`${name}[${at}]`}
            value={value}
            readOnly={readOnly}
            onChange={(next) => onChange(list.with(at, next))}
          />
          {!readOnly && (
            <button
              type="button"
              aria-label={`Remove ${name}[${at}]`}
              onClick={() => onChange(list.toSpliced(at, 1))}
            >
              ×
            </button>
          )}
        </li>
      ))}
      {!readOnly && (
        <li>
          <button type="button" onClick={() => onChange([...list, { S: '' }])}>
            Add an element
          </button>
        </li>
      )}
    </ol>
  );
}

/** The value in another type, as far as that can hold it. */
function converted(value: AttributeValue, type: Type): AttributeValue {
  const [, held] = partsOf(value);
  if (typeof held === 'string' && (type === 'S' || type === 'N' || type === 'B')) {
    return { [type]: held } as AttributeValue;
  }
  return EMPTY[type];
}

function hasOtherLines(value: AttributeValue): boolean {
  if ('S' in value) return value.S.includes('\r');
  return 'SS' in value && value.SS.some((text) => /[\r\n]/.test(text));
}
