import { useState } from 'preact/hooks';
import { signIn } from './service.ts';

/** Asks for a key or a token, which stays in this page unless it is to be kept for the tab. */
export function SignIn({ why, onSignIn }: { why: string; onSignIn: () => void }) {
  const [key, setKey] = useState('');
  const [keep, setKeep] = useState(false);
  const submit = (event: Event) => {
    event.preventDefault();
    signIn(key, keep);
    onSignIn();
  };
  return (
    <main class="sign-in">
      <h1>DynamoDB console</h1>
      <p>{why}</p>
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
        <label class="check">
          <input
            type="checkbox"
            checked={keep}
            onChange={(event) => setKeep(event.currentTarget.checked)}
          />
          Keep it for this tab
        </label>
        <button type="submit" class="primary">
          Sign in
        </button>
      </form>
    </main>
  );
}
