import { useEffect, useRef, useState } from 'preact/hooks';
import { Check } from '../parts.tsx';
import type { RoomProps } from '../room.tsx';
import { isOwnRequest } from '../service.ts';
import { useShortcuts } from '../shortcuts.tsx';
import { CallTable } from './call-table.tsx';
import { LiveCallDialog } from './live-call-dialog.tsx';
import { type LiveCall, type Watching, watchCalls } from './watch.ts';

const MOST_SHOWN = 200;

/** What programs and agents are doing now. */
export function LiveCalls({ table }: RoomProps) {
  const [calls, setCalls] = useState<LiveCall[]>([]);
  const [watching, setWatching] = useState<Watching>('connecting');
  const [isHeld, setHeld] = useState(false);
  const [filter, setFilter] = useState('');
  const [showsOwn, setShowsOwn] = useState(false);
  const [open, setOpen] = useState<LiveCall>();
  const waiting = useRef<LiveCall[]>([]);
  const filterField = useRef<HTMLInputElement>(null);
  const held = useRef(isHeld);
  held.current = isHeld;
  const show = (more: LiveCall[]) =>
    setCalls((before) => [...more, ...before].slice(0, MOST_SHOWN));
  useEffect(() => {
    const ending = new AbortController();
    const tell = (call: LiveCall) => {
      if (held.current) waiting.current = [call, ...waiting.current].slice(0, MOST_SHOWN);
      else show([call]);
    };
    void watchCalls(tell, setWatching, ending.signal);
    return () => ending.abort();
  }, []);
  const hold = () => {
    if (isHeld) show(waiting.current.splice(0));
    setHeld(!isHeld);
  };
  useShortcuts([
    { key: '/', title: 'Filter the calls', run: () => filterField.current?.focus() },
    { key: 'p', title: 'Pause the calls, or resume', run: hold },
  ]);
  const shown = calls.filter(
    (call) => matches(call, filter) && (showsOwn || !isOwnRequest(call.request_id)),
  );
  return (
    <>
      <div class="row">
        <label>
          Filter
          <input
            ref={filterField}
            placeholder="tool, principal, key, code"
            value={filter}
            onInput={(event) => setFilter(event.currentTarget.value)}
          />
        </label>
        <Check label="Include calls of the console" checked={showsOwn} onChange={setShowsOwn} />
        <button type="button" aria-pressed={isHeld} onClick={hold}>
          {isHeld ? 'Resume' : 'Pause'}
        </button>
        <button type="button" onClick={() => setCalls([])}>
          Clear
        </button>
        <span role="status">{isHeld ? 'paused' : stateText(watching)}</span>
      </div>
      {shown.length === 0 ? (
        <p class="empty">
          {filter !== ''
            ? 'No call matches the filter.'
            : 'No calls yet. What programs and agents ask of the service appears here when it is done.'}
        </p>
      ) : (
        <CallTable table={table} calls={shown} onOpen={setOpen} />
      )}
      {open && <LiveCallDialog call={open} onClose={() => setOpen(undefined)} />}
    </>
  );
}

function stateText(watching: Watching): string {
  if (watching === 'watching') return 'watching';
  if (watching === 'connecting') return 'connecting…';
  return `not connected, trying again: ${watching.message}`;
}

function matches(call: LiveCall, filter: string): boolean {
  return JSON.stringify(call).toLowerCase().includes(filter.toLowerCase());
}
