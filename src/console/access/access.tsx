import type { RoomProps } from '../rooms.ts';
import { Explain } from './explain.tsx';

/** Who am I here, and what may I do. */
export function Access({ session }: RoomProps) {
  return (
    <>
      <h2>
        {session.principal}
        {session.role && `, in the role ${session.role}`}
      </h2>
      <p>
        {session.has_policy
          ? 'A policy says what this role may do; whatever is done here goes through it.'
          : 'There is no policy: whoever can call the service may use every tool.'}
        {session.read_only && ' The service is read-only.'}
      </p>
      <h3>Tools</h3>
      <ul>
        {session.tools.map((tool) => (
          <li key={tool}>{tool}</li>
        ))}
      </ul>
      <Explain session={session} />
    </>
  );
}
