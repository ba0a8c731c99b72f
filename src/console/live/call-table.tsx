import { isJsonObject, type JsonObject } from '../../json/parse.ts';
import { moveByArrows } from '../shortcuts.tsx';
import { keyNames, type Table } from '../table.ts';
import type { LiveCall } from './watch.ts';

const COLUMNS = ['time', 'who', 'tool', 'keys', 'outcome', 'items', 'units', 'ms'];

/** Calls, the last one first. */
export function CallTable(props: {
  table: Table | undefined;
  calls: LiveCall[];
  onOpen: (call: LiveCall) => void;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="scroll" tabIndex={0} aria-label="Calls" onKeyDown={moveByArrows}>
      <table>
        <thead>
          <tr>
            {COLUMNS.map((title) => (
              <th key={title}>{title}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.calls.map((call) => (
            <tr key={`${call.at} ${call.id}`} class={call.effect === 'read' ? '' : 'writes'}>
              <td>
                <time dateTime={call.at}>{timeOf(call)}</time>
              </td>
              <td>
                {call.principal}
                {call.client && ` · ${clientName(call.client)}`}
                {call.transport && ` (${call.transport})`}
              </td>
              <td>
                <button type="button" class="link" onClick={() => props.onOpen(call)}>
                  {call.tool}
                </button>
              </td>
              <td>{call.keys?.join('; ') ?? keysIn(call, props.table)}</td>
              <td class={call.code ? 'failed' : ''}>{call.code ?? 'ok'}</td>
              <td class="number">{call.items}</td>
              <td class="number">{call.capacity}</td>
              <td class="number">{call.duration_ms}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The time of day where the page is looked at, with milliseconds. */
function timeOf({ at }: LiveCall): string {
  const ended = new Date(at);
  const milliseconds = String(ended.getMilliseconds()).padStart(3, '0');
  return `${ended.toLocaleTimeString('en-GB')}.${milliseconds}`;
}

/** Browsers all call themselves the same, at length. */
function clientName(client: string): string {
  return client.startsWith('Mozilla/') ? 'browser' : client;
}

const LONGEST = 120;

/** The keys that a call's input names, where the service tells it, as in `PROJECT#1 / EPIC#2`. */
function keysIn({ input }: LiveCall, table: Table | undefined): string {
  const item = (input?.item ?? {}) as JsonObject;
  const ofItem = table && input?.item ? keyNames(table).map((name) => item[name]) : [];
  const told = input?.key ?? input?.keys ?? input?.expression_values ?? ofItem;
  return keyText(told).slice(0, LONGEST);
}

function keyText(key: unknown): string {
  if (typeof key === 'string') return key;
  if (Array.isArray(key)) return key.map(keyText).join(', ');
  return isJsonObject(key) ? Object.values(key).map(keyText).join(' / ') : JSON.stringify(key);
}
