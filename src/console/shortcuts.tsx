import { useEffect, useState } from 'preact/hooks';
import { Check, Dialog } from './parts.tsx';

/** A key that does something while nobody types. */
export interface Shortcut {
  key: string;
  title: string;
  run: () => void;
}

/** What a key does while the page is as it is; what was shown last comes first. */
const shown: (readonly Shortcut[])[] = [];
let isOn = true;

/** Has keys do something while a part of the page is shown. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  useEffect(() => {
    shown.unshift(shortcuts);
    return () => void shown.splice(shown.indexOf(shortcuts), 1);
  });
}

const HELP = '?';
const TYPED_IN = 'input, textarea, select, [contenteditable]';

/** Listens to the keys, and tells which there are. */
export function ShortcutHelp() {
  const [isOpen, setOpen] = useState(false);
  const [used, setUsed] = useState(isOn);
  isOn = used;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { key, target } = event;
      const isTyped = target instanceof Element && target.matches(TYPED_IN);
      const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey;
      if (!isPlain || isTyped || document.querySelector('dialog[open]')) return;
      if (key === HELP) setOpen(true);
      const shortcut = isOn && shown.flat().find((each) => each.key === key);
      if (!shortcut) return;
      event.preventDefault();
      shortcut.run();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
  if (!isOpen) return null;
  return (
    <Dialog title="Keys" onClose={() => setOpen(false)}>
      <table>
        <tbody>
          {[...shown.flat(), ...ALWAYS].map(({ key, title }) => (
            <tr key={title}>
              <th scope="row">
                <kbd>{key}</kbd>
              </th>
              <td>{title}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Check label="Single keys do something" checked={used} onChange={setUsed} />
    </Dialog>
  );
}

const ALWAYS = [
  { key: '↑ ↓', title: 'The row above, the row below' },
  { key: 'Ctrl Enter', title: 'Save, in the window of an item' },
  { key: 'Escape', title: 'Close a window' },
  { key: HELP, title: 'These keys' },
];

/** Moves from row to row of a table by the arrow keys, along what opens each row. */
export function moveByArrows(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const row = event.target instanceof Element ? event.target.closest('tr') : null;
  if (step === undefined || !row) return;
  const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  const opener = next?.querySelector<HTMLElement>('button.link');
  if (!opener) return;
  event.preventDefault();
  opener.focus();
}
