import { useEffect, useErrorBoundary, useState } from 'preact/hooks';
import { forgetKey, hasKey } from './key-kept.ts';
import { Failure } from './parts.tsx';
import { Rooms } from './rooms.tsx';
import { readSession, type Session } from './session.ts';
import { SignIn } from './sign-in.tsx';
import { asFailure, useTask } from './use-task.ts';

/** The page: who uses it, and then its rooms. */
export function App() {
  const [fault, forgetFault] = useErrorBoundary();
  const [session, setSession] = useState<Session>();
  const { run, failure } = useTask();
  const open = () => void run(async () => setSession(await readSession()));
  useEffect(open, []);
  const leave = () => {
    forgetKey();
    setSession(undefined);
    open();
  };
  if (
    failure?.code === 'Unauthenticated' ||
    (failure && hasKey() && failure.code !== 'Unreachable')
  ) {
    return (
      <SignIn key={failure.message} why={hasKey() ? failure.message : undefined} onSignIn={open} />
    );
  }
  if (fault) return <Failure failure={asFailure(fault)} onAgain={forgetFault} />;
  if (failure) return <Failure failure={failure} onAgain={open} />;
  if (!session) return <p class="waiting">Loading…</p>;
  return <Rooms session={session} onLeave={leave} />;
}
