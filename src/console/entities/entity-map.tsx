import { useEffect, useState } from 'preact/hooks';
import type { JsonObject } from '../../json/parse.ts';
import { estimateText, readEstimate } from '../cost.ts';
import { Failure } from '../parts.tsx';
import type { RoomProps } from '../rooms.ts';
import { call, type ServiceFailure } from '../service.ts';
import { itemFromReply, TYPES } from '../values/attribute-value.ts';
import { type Entity, entitiesIn } from './entities.ts';
import { Picture } from './picture.tsx';
import { prefixOf } from './templates.ts';

const SAMPLE = 1_000;

/** What is stored in the table, by kind, from a sample of it. */
export function EntityMap({ table }: RoomProps) {
  const [entities, setEntities] = useState<Entity[]>();
  const [sampled, setSampled] = useState(0);
  const [chosen, setChosen] = useState<Entity>();
  const [failure, setFailure] = useState<ServiceFailure>();
  const sample = async () => {
    try {
      const reply = await call('scan', { table: table.table, limit: SAMPLE });
      const items = (reply.items as JsonObject[]).map(itemFromReply);
      setSampled(items.length);
      setEntities(entitiesIn(table, items));
    } catch (error) {
      setFailure(error as ServiceFailure);
    }
  };
  useEffect(() => void sample(), []);
  if (failure) return <Failure failure={failure} onAgain={() => void sample()} />;
  if (!entities)
    return <p class="waiting">Reading a sample, {estimateText(readEstimate(table, SAMPLE))}…</p>;
  if (entities.length === 0)
    return <p class="empty">The table is empty: there is nothing to map yet.</p>;
  return (
    <>
      <p>
        {entities.length} kinds of items in a sample of {sampled}. Choose one to see its attributes,
        and to query it.
      </p>
      <Picture table={table} entities={entities} chosen={chosen} onChoose={setChosen} />
      {chosen && <EntityDetails entity={chosen} />}
    </>
  );
}

function EntityDetails({ entity }: { entity: Entity }) {
  return (
    <section class="details" aria-label={entity.name}>
      <h2>{entity.name}</h2>
      <p>
        <code>{entity.partition}</code>
        {entity.sort !== undefined && (
          <>
            {' / '}
            <code>{entity.sort}</code>
          </>
        )}
      </p>
      <div class="columns-two">
        <section>
          <h3>Follow one</h3>
          <ul>
            {partitionsOf(entity).map((partition) => (
              <li key={partition}>
                <a href={exploring({ partition, begins_with: prefixOf(entity.sort ?? '') })}>
                  every {entity.name} in {partition}
                </a>
              </li>
            ))}
            {entity.examples.map(({ partition, sort }) => (
              <li key={`${partition} ${sort}`}>
                <a href={exploring({ partition, begins_with: sort ?? '' })}>{sort ?? partition}</a>
              </li>
            ))}
            {entity.reaches.map(({ index, example, partition }) => (
              <li key={`${index} ${partition}`}>
                <a href={exploring({ index, partition: example, begins_with: '' })}>
                  {index}: {example}
                </a>
              </li>
            ))}
          </ul>
        </section>
        <section>
          <h3>Attributes</h3>
          <table>
            <tbody>
              {[...entity.attributes].map(([name, { types, count }]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{[...types].map((type) => TYPES[type]).join(' or ')}</td>
                  <td>{count === entity.count ? 'always' : `${count} of ${entity.count}`}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </div>
    </section>
  );
}

function partitionsOf({ examples }: Entity): string[] {
  return [...new Set(examples.map(({ partition }) => partition))];
}

/** The address of what an entity's items are found by. */
function exploring({
  begins_with,
  ...keys
}: {
  partition: string;
  begins_with: string;
  index?: string;
}): string {
  const asked = { ...keys, ...(begins_with !== '' && { begins_with }) };
  return `#explore?${new URLSearchParams(asked)}`;
}
