import { useState } from 'preact/hooks';
import { takeKey } from './key-kept.ts';
import { Check } from './parts.tsx';

/** Asks for a key or a token, which stays in this page unless it is to be kept for the tab. */
export function SignIn({ why, onSignIn }: { why: string | undefined; onSignIn: () => void }) {
  const [key, setKey] = useState('');
  const [keep, setKeep] = useState(false);
  const [wrong, setWrong] = useState(why);
  const submit = (event: Event) => {
    event.preventDefault();
    if (takeKey(key, keep)) onSignIn();
    else setWrong('A key or token has only ASCII characters and no spaces. Check what was pasted.');
  };
  return (
    <main class="sign-in">
      <h1>DynamoDB console</h1>
      {wrong ? (
        <p role="alert">{wrong}</p>
      ) : (
        <p>Sign in with a key of this service, or with an access token.</p>
      )}
      <form onSubmit={submit}>
        <label>
          API key or access token
          <input
            type="password"
            autocomplete="off"
            required
            value={key}
            onInput={(event) => setKey(event.currentTarget.value)}
          />
        </label>
        <Check label="Remember it for this tab" checked={keep} onChange={setKeep} />
        <button type="submit" class="primary">
          Sign in
        </button>
      </form>
    </main>
  );
}
