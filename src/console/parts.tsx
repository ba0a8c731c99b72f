import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ServiceFailure } from './service.ts';
import type { Task } from './use-task.ts';

/** Why something did not work, in the service's own sentence. */
export function Failure(props: {
  failure: ServiceFailure;
  onAgain?: (() => void) | undefined;
  /** Sends it again, confirmed, where the role has to confirm it. */
  onConfirm?: ((confirmation: string) => void) | undefined;
}) {
  const { failure, onAgain, onConfirm } = props;
  const { confirmation } = failure.body;
  return (
    <div class="failure" role="alert">
      <strong>{failure.code}</strong> {failure.message}
      {onConfirm && typeof confirmation === 'string' && (
        <button type="button" class="danger" onClick={() => onConfirm(confirmation)}>
          Confirm
        </button>
      )}
      {onAgain && (
        <button type="button" onClick={onAgain}>
          Try again
        </button>
      )}
    </div>
  );
}

/** That something runs, once that takes a while, and why it failed. */
export function Progress({ task, onAgain }: { task: Task; onAgain?: () => void }) {
  return (
    <>
      {task.isRunning && (
        <p class="busy row" role="status">
          <progress aria-label="Waiting for the service" /> Waiting for the service…
          <button type="button" onClick={task.stop}>
            Stop
          </button>
        </p>
      )}
      {task.failure && <Failure failure={task.failure} onAgain={onAgain} />}
    </>
  );
}

/** A window above the page; Escape asks to close it. */
export function Dialog(props: { title: string; onClose: () => void; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      aria-label={props.title}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
      onClose={props.onClose}
    >
      <header>
        <h2>{props.title}</h2>
        <button type="button" aria-label="Close" onClick={props.onClose}>
          ×
        </button>
      </header>
      {props.children}
    </dialog>
  );
}

/** A text to be copied. */
export function Copyable({ label, text }: { label: string; text: string }) {
  const [copied, setCopied] = useState(false);
  const shown = useRef<HTMLPreElement>(null);
  const copy = async () => {
    if (navigator.clipboard) await navigator.clipboard.writeText(text);
    else if (shown.current) copySelected(shown.current);
    setCopied(true);
  };
  return (
    <section class="copyable">
      <header>
        <h3>{label}</h3>
        <button type="button" onClick={() => void copy()}>
          {copied ? 'Copied' : 'Copy'}
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <pre ref={shown} tabIndex={0}>
        {text}
      </pre>
    </section>
  );
}

/** Copies what is shown, where the page is not one that browsers call secure. */
function copySelected(shown: HTMLElement): void {
  getSelection()?.selectAllChildren(shown);
  document.execCommand('copy');
}

/** Names that are chosen one of, as tabs. */
export function Choice<Name extends string>(props: {
  label: string;
  names: Readonly<Record<Name, string>>;
  chosen: Name;
  onChoose: (name: Name) => void;
}) {
  return (
    <fieldset class="choice">
      <legend class="hidden">{props.label}</legend>
      {(Object.keys(props.names) as Name[]).map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={name === props.chosen}
          onClick={() => props.onChoose(name)}
        >
          {props.names[name]}
        </button>
      ))}
    </fieldset>
  );
}

/** Names that are chosen one of, as a list. */
export function Options<Name extends string>(props: {
  label: string;
  names: Readonly<Record<Name, string>>;
  chosen: Name;
  disabled?: boolean;
  onChoose: (name: Name) => void;
}) {
  return (
    <select
      aria-label={props.label}
      disabled={props.disabled ?? false}
      value={props.chosen}
      onChange={(event) => props.onChoose(event.currentTarget.value as Name)}
    >
      {Object.entries<string>(props.names).map(([name, title]) => (
        <option key={name} value={name}>
          {title}
        </option>
      ))}
    </select>
  );
}

/** Something that is so or not. */
export function Check(props: {
  label: string;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
}) {
  return (
    <label class="check">
      <input
        type="checkbox"
        disabled={props.disabled ?? false}
        checked={props.checked}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      {props.label}
    </label>
  );
}
