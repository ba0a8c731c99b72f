import { useEffect, useRef, useState } from 'preact/hooks';
import { Dialog } from '../parts.tsx';
import type { RoomProps } from '../rooms.ts';
import { CallViews } from '../values/call-views.tsx';
import { type LiveCall, watchCalls } from './watch.ts';

const MOST_SHOWN = 200;

/** What programs and agents are doing now. */
export function LiveCalls({ table }: RoomProps) {
  const [calls, setCalls] = useState<LiveCall[]>([]);
  const [isConnected, setConnected] = useState(false);
  const [isHeld, setHeld] = useState(false);
  const [filter, setFilter] = useState('');
  const [open, setOpen] = useState<LiveCall>();
  const held = useRef(false);
  held.current = isHeld;
  useEffect(() => {
    const ending = new AbortController();
    const tell = (call: LiveCall) => {
      if (!held.current) setCalls((before) => [call, ...before].slice(0, MOST_SHOWN));
    };
    void watchCalls(tell, setConnected, ending.signal);
    return () => ending.abort();
  }, []);
  const shown = calls.filter((call) => matches(call, filter));
  return (
    <>
      <div class="row">
        <label>
          Filter
          <input
            placeholder="tool, principal, key, code"
            value={filter}
            onInput={(event) => setFilter(event.currentTarget.value)}
          />
        </label>
        <button type="button" aria-pressed={isHeld} onClick={() => setHeld(!isHeld)}>
          {isHeld ? 'Go on' : 'Hold'}
        </button>
        <button type="button" onClick={() => setCalls([])}>
          Clear
        </button>
        <span role="status">
          {isHeld ? 'held' : isConnected ? 'watching' : 'not connected; trying again'}
        </span>
      </div>
      {shown.length === 0 ? (
        <p class="empty">
          No calls yet. Whatever programs and agents ask of the service appears here as it ends.
        </p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        <section class="scroll" tabIndex={0} aria-label="Calls">
          <table>
            <thead>
              <tr>
                {['time', 'who', 'tool', 'keys', 'outcome', 'items', 'units', 'ms'].map((title) => (
                  <th key={title}>{title}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((call) => (
                <tr key={`${call.at} ${call.id}`} class={call.effect === 'read' ? '' : 'writes'}>
                  <td>{call.at.slice(11, 23)}</td>
                  <td>
                    {call.principal}
                    {call.client && ` · ${clientName(call.client)}`}
                    {call.transport && ` (${call.transport})`}
                  </td>
                  <td>
                    <button type="button" class="link" onClick={() => setOpen(call)}>
                      {call.tool}
                    </button>
                  </td>
                  <td>{call.keys?.join('; ') ?? keysIn(call)}</td>
                  <td class={call.code ? 'failed' : ''}>{call.code ?? 'ok'}</td>
                  <td>{call.items}</td>
                  <td>{call.capacity}</td>
                  <td>{call.duration_ms}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {open?.input && (
        <CallViews
          table={table}
          tool={open.tool}
          input={open.input}
          onClose={() => setOpen(undefined)}
        />
      )}
      {open && !open.input && (
        <Dialog title={`This call of ${open.tool}`} onClose={() => setOpen(undefined)}>
          <pre>{JSON.stringify(open, null, 2)}</pre>
        </Dialog>
      )}
    </>
  );
}

/** Browsers all call themselves the same, at length. */
function clientName(client: string): string {
  return client.startsWith('Mozilla/') ? 'browser' : client;
}

function keysIn({ input }: LiveCall): string {
  const key = input?.key ?? input?.keys ?? (input?.item as { PK?: unknown } | undefined)?.PK;
  return key === undefined ? '' : JSON.stringify(key).slice(0, 120);
}

function matches(call: LiveCall, filter: string): boolean {
  return JSON.stringify(call).toLowerCase().includes(filter.toLowerCase());
}
