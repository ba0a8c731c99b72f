import { useState } from 'preact/hooks';
import type { Item } from '../values/attribute-value.ts';
import { FORMS, type Form, itemText, readItem } from './item-text.ts';

interface Props {
  item: Item;
  form: Form;
  readOnly: boolean;
  onChange: (item: Item) => void;
  /** Told what is wrong with the text; undefined once nothing is. */
  onWrong: (why: string | undefined) => void;
}

/** An item as text, in one of its forms. */
export function TextEditor({ item, form, readOnly, onChange, onWrong }: Props) {
  const [text, setText] = useState(() => itemText(item, form));
  const [last, setLast] = useState(item);
  // What was changed elsewhere, as by taking what is stored, replaces the text.
  if (item !== last) {
    setLast(item);
    setText(itemText(item, form));
  }
  const write = (given: string) => {
    setText(given);
    try {
      const next = readItem(given, form);
      setLast(next);
      onChange(next);
      onWrong(undefined);
    } catch (error) {
      onWrong((error as Error).message);
    }
  };
  return (
    <textarea
      aria-label={FORMS[form]}
      spellcheck={false}
      readOnly={readOnly}
      rows={18}
      value={text}
      onInput={(event) => write(event.currentTarget.value)}
    />
  );
}
