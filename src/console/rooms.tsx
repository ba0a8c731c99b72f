import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Access } from './access/access.tsx';
import { Bulk } from './bulk/bulk.tsx';
import { EntityMap } from './entities/entity-map.tsx';
import { Explore } from './explore/explore.tsx';
import { LiveCalls } from './live/live-calls.tsx';
import { type RoomProps, roomOfTable } from './room.tsx';
import { Search } from './search/search.tsx';
import { mayUse, type Session } from './session.ts';
import { ShortcutHelp, useShortcuts } from './shortcuts.tsx';
import { describeTable, type Table } from './table.ts';
import { useTask } from './use-task.ts';

interface Room {
  title: string;
  /** The tools without which there is nothing to show. */
  tools: readonly string[];
  view: ComponentType<RoomProps>;
}

const DESCRIBED = 'describe_table';

/** The rooms of the page, in their order. */
const ROOMS = {
  entities: { title: 'Entities', tools: [DESCRIBED, 'scan'], view: roomOfTable(EntityMap) },
  explore: { title: 'Explore', tools: [DESCRIBED], view: roomOfTable(Explore) },
  search: { title: 'Search', tools: [DESCRIBED, 'search_vectors'], view: roomOfTable(Search) },
  bulk: { title: 'Import and export', tools: [DESCRIBED], view: roomOfTable(Bulk) },
  live: { title: 'Live calls', tools: [], view: LiveCalls },
  access: { title: 'Access', tools: [], view: Access },
} satisfies Record<string, Room>;

type RoomName = keyof typeof ROOMS;

/** The page once it is known who uses it: its head, and one of its rooms. */
export function Rooms({ session, onLeave }: { session: Session; onLeave: () => void }) {
  const [name, setName] = useState(() => tableIn(location.hash, session));
  const [table, setTable] = useState<Table>();
  const { run, failure } = useTask();
  const address = useAddress();
  const chosen = roomIn(address, session);
  const describe = () => {
    setTable(undefined);
    if (mayUse(session, DESCRIBED)) void run(async () => setTable(await describeTable(name)));
  };
  useEffect(describe, [name]);
  useShortcuts(
    Object.entries(ROOMS).map(([each, { title }], at) => ({
      key: String(at + 1),
      title,
      run: () => {
        location.hash = each;
      },
    })),
  );
  const { tools, view: View }: Room = ROOMS[chosen];
  const missing = tools.find((tool) => !mayUse(session, tool));
  return (
    <>
      <header class="bar">
        <h1>DynamoDB console</h1>
        <TableName
          tables={session.tables}
          chosen={name}
          onChoose={(next) => {
            // What was asked of one table is nothing to ask of another.
            location.hash = chosen;
            setName(next);
          }}
        />
        <nav aria-label="Rooms">
          {Object.entries(ROOMS).map(([each, { title }]) => (
            <a key={each} href={`#${each}`} aria-current={each === chosen ? 'page' : undefined}>
              {title}
            </a>
          ))}
          <a href="/docs">API</a>
        </nav>
        <Who session={session} onLeave={onLeave} />
      </header>
      <main>
        {missing ? (
          <p class="empty">This page needs {missing}, which you may not use here.</p>
        ) : (
          <View
            key={`${address} ${name}`}
            table={table?.table === name ? table : undefined}
            failure={failure}
            onDescribe={describe}
            session={session}
          />
        )}
      </main>
      <ShortcutHelp />
    </>
  );
}

function TableName(props: { tables: string[]; chosen: string; onChoose: (name: string) => void }) {
  if (props.tables.length < 2) return <span>{props.chosen}</span>;
  return (
    <select
      aria-label="Table"
      value={props.chosen}
      onChange={(event) => props.onChoose(event.currentTarget.value)}
    >
      {props.tables.map((each) => (
        <option key={each}>{each}</option>
      ))}
    </select>
  );
}

function Who({ session, onLeave }: { session: Session; onLeave: () => void }) {
  return (
    <>
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
    </>
  );
}

/** What stands behind the `#` of the address. */
function useAddress(): string {
  const [address, setAddress] = useState(location.hash);
  useEffect(() => {
    const follow = () => setAddress(location.hash);
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return address;
}

/** The table that an address names, as in `#explore?table=Orders`; where it names none, the first. */
function tableIn(address: string, { tables }: Session): string {
  const named = new URLSearchParams(address.split('?')[1] ?? '').get('table');
  return tables.find((name) => name === named) ?? tables[0] ?? '';
}

/** The room that an address names, as in `#explore`; where it names none, the first that has something to show. */
function roomIn(address: string, session: Session): RoomName {
  const names = Object.keys(ROOMS) as RoomName[];
  const [named = ''] = address.slice(1).split('?');
  const isUsable = (name: RoomName) => ROOMS[name].tools.every((tool) => mayUse(session, tool));
  return names.find((name) => name === named) ?? names.find(isUsable) ?? 'access';
}
