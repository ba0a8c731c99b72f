import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ServiceFailure } from './service.ts';

/** Why something did not work, in the service's own sentence. */
export function Failure({ failure, onAgain }: { failure: ServiceFailure; onAgain?: () => void }) {
  return (
    <div class="failure" role="alert">
      <strong>{failure.code}</strong> {failure.message}
      {onAgain && (
        <button type="button" onClick={onAgain}>
          Try again
        </button>
      )}
    </div>
  );
}

/** A window above the page, which Escape closes. */
export function Dialog(props: { title: string; onClose: () => void; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-label={props.title} onClose={props.onClose}>
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
  const copy = () => navigator.clipboard.writeText(text).then(() => setCopied(true));
  return (
    <section class="copyable">
      <header>
        <h3>{label}</h3>
        <button type="button" onClick={() => void copy()}>
          {copied ? 'Copied' : 'Copy'}
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <pre tabIndex={0}>{text}</pre>
    </section>
  );
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
