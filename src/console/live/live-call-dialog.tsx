import { counted } from '../counted.ts';
import { Dialog } from '../parts.tsx';
import { CallViews } from '../values/call-views.tsx';
import type { LiveCall } from './watch.ts';

/** All that is told of a call, and where its input is, the call to be copied as one's own. */
export function LiveCallDialog({ call, onClose }: { call: LiveCall; onClose: () => void }) {
  const { input, ...told } = call;
  return (
    <Dialog title={`Call of ${told.tool}`} onClose={onClose}>
      <p>{summaryOf(call)}</p>
      <table>
        <tbody>
          {Object.entries(told).map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{Array.isArray(value) ? value.join('; ') : String(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {input ? (
        <CallViews call={{ tool: told.tool, input }} />
      ) : (
        <p class="note">Its input is not shown: it is too long, or a policy may hide it.</p>
      )}
    </Dialog>
  );
}

function summaryOf({ principal, tool, code, items, duration_ms: took }: LiveCall): string {
  const outcome = code
    ? `and was refused: ${code}`
    : `and got ${items === undefined ? 'an answer' : counted(items, 'item')}`;
  return `${principal} asked for ${tool} ${outcome}, within ${took} ms.`;
}
