import { useEffect, useRef, useState } from 'preact/hooks';
import { Check, Dialog } from './parts.tsx';

/** A key that does something while nobody types. */
export interface Shortcut {
  key: string;
  title: string;
  run: () => void;
}

/** What keys do while the page is as it is; what was shown last comes first. */
const shown: { readonly current: readonly Shortcut[] }[] = [];
let isOn = true;

/** Has keys do something while a part of the page is shown. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const mine = useRef(shortcuts);
  mine.current = shortcuts;
  useEffect(() => {
    shown.unshift(mine);
    return () => void shown.splice(shown.indexOf(mine), 1);
  }, []);
}

function shownNow(): Shortcut[] {
  return shown.flatMap(({ current }) => current);
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
      const shortcut = isOn && shownNow().find((each) => each.key === key);
      if (!shortcut) return;
      event.preventDefault();
      shortcut.run();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
  if (!isOpen) return null;
  return (
    <Dialog title="Keyboard shortcuts" onClose={() => setOpen(false)}>
      <table>
        <tbody>
          {[...shownNow(), ...ALWAYS].map(({ key, title }) => (
            <tr key={title}>
              <th scope="row">
                <kbd>{key}</kbd>
              </th>
              <td>{title}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Check label="Use single-key shortcuts" checked={used} onChange={setUsed} />
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
