import type { RoomProps } from '../room.tsx';
import { Explain } from './explain.tsx';

const EFFECTS = { read: 'reads', write: 'writes', destructive: 'replaces or deletes' } as const;

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
          ? 'A policy says what this role may do, and applies to everything on these pages.'
          : 'There is no policy: everyone who can call the service may use every tool.'}
        {session.read_only && ' The service is read-only.'}
      </p>
      <div class="columns-two">
        <section>
          <h3>Tools</h3>
          <table>
            <tbody>
              {session.tools.map(({ name, effect }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{EFFECTS[effect]}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        <Explain session={session} />
      </div>
    </>
  );
}
