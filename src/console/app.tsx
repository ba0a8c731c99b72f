import { useEffect, useState } from 'preact/hooks';
import { Failure } from './parts.tsx';
import { ROOMS, roomInAddress } from './rooms.ts';
import { readSession, type ServiceFailure, type Session, signOut } from './service.ts';
import { SignIn } from './sign-in.tsx';
import { describeTable, type Table } from './table.ts';

/** The page: who uses it, which table, and one of its rooms. */
export function App() {
  const [session, setSession] = useState<Session>();
  const [failure, setFailure] = useState<ServiceFailure>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    readSession().then((read) => {
      setSession(read);
      setFailure(undefined);
    }, setFailure);
  }, [attempt]);
  const again = () => setAttempt(attempt + 1);
  if (failure?.code === 'Unauthenticated') return <SignIn why={failure.message} onSignIn={again} />;
  if (failure) return <Failure failure={failure} onAgain={again} />;
  if (!session) return <p class="waiting">Loading…</p>;
  const leave = () => {
    signOut();
    again();
  };
  return <Rooms session={session} onLeave={leave} />;
}

function Rooms({ session, onLeave }: { session: Session; onLeave: () => void }) {
  const [name, setName] = useState(session.tables[0] ?? '');
  const [table, setTable] = useState<Table>();
  const [failure, setFailure] = useState<ServiceFailure>();
  const [address, setAddress] = useState(location.hash);
  const room = roomInAddress();
  useEffect(() => {
    setTable(undefined);
    describeTable(name).then(setTable, setFailure);
  }, [name]);
  useEffect(() => {
    const follow = () => setAddress(location.hash);
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  const Room = ROOMS[room].view;
  return (
    <>
      <header class="bar">
        <h1>DynamoDB console</h1>
        {session.tables.length > 1 ? (
          <select
            aria-label="Table"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          >
            {session.tables.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        ) : (
          <span>{name}</span>
        )}
        <nav aria-label="Rooms">
          {Object.entries(ROOMS).map(([each, { title }]) => (
            <a key={each} href={`#${each}`} aria-current={each === room ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
        <a href="/docs">API</a>
        <span class="who">
          {session.principal}
          {session.role && ` as ${session.role}`}
          {session.read_only && ', read-only'}
        </span>
        {session.principal !== 'anonymous' && (
          <button type="button" onClick={onLeave}>
            Sign out
          </button>
        )}
      </header>
      <main>
        {failure && <Failure failure={failure} />}
        {table && <Room key={`${address} ${name}`} table={table} session={session} />}
      </main>
    </>
  );
}
