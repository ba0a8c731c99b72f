import { useEffect, useState } from 'preact/hooks';
import type { JsonObject } from '../../json/parse.ts';
import { estimateText, pageEstimate } from '../cost.ts';
import { counted } from '../counted.ts';
import { Progress } from '../parts.tsx';
import type { TableRoomProps } from '../room.tsx';
import { read } from '../service.ts';
import { noteSizes, type Table } from '../table.ts';
import { useTask } from '../use-task.ts';
import { itemFromReply } from '../values/attribute-value.ts';
import { type Entity, entitiesIn } from './entities.ts';
import { EntityDetails } from './entity-details.tsx';
import { Picture } from './picture.tsx';

const SAMPLE = 1_000;
/** Above so many kinds a picture shows nobody anything. */
const MOST_SHOWN = 40;

interface Sample {
  items: number;
  isAll: boolean;
  entities: Entity[];
}

/** What is stored in the table, by kind, from a sample of it. */
export function EntityMap({ table, session }: TableRoomProps) {
  const [sample, setSample] = useState<Sample>();
  const [chosen, setChosen] = useState<Entity>();
  const task = useTask();
  const start = () =>
    void task.run(async (signal) => {
      setSample(await readSample(table, signal));
      setChosen(undefined);
    });
  useEffect(start, []);
  if (!sample)
    return (
      <>
        {session.sees_all && (
          <p class="waiting">A sample reads {estimateText(pageEstimate(table, SAMPLE))}.</p>
        )}
        <Progress task={task} onAgain={start} />
      </>
    );
  if (sample.items === 0)
    return <p class="empty">The table is empty: there is nothing to map yet.</p>;
  const shown = sample.entities.slice(0, MOST_SHOWN);
  const left = sample.entities.length - shown.length;
  return (
    <>
      <p>
        {counted(sample.entities.length, 'kind')} of items in {sample.isAll ? 'all' : 'a sample of'}{' '}
        {counted(sample.items, 'item')}
        {left > 0 && `, of which the ${MOST_SHOWN} with the most items are shown`}. Choose one to
        see its attributes, and to query it.
      </p>
      <Picture table={table} entities={shown} chosen={chosen} onChoose={setChosen} />
      {chosen && <EntityDetails table={table} entity={chosen} />}
    </>
  );
}

async function readSample(table: Table, signal: AbortSignal): Promise<Sample> {
  const input = { table: table.table, limit: SAMPLE };
  const reply = await read({ tool: 'scan', input }, signal);
  const items = (reply.items as JsonObject[]).map(itemFromReply);
  const isAll = reply.last_evaluated_key === null;
  noteSizes(table, items, isAll);
  return {
    items: items.length,
    isAll,
    entities: entitiesIn(table, items),
  };
}
