import { addressOf } from '../explore/address.ts';
import type { Asked } from '../explore/request.ts';
import { keyNames, keysOf, type Table } from '../table.ts';
import { TYPES } from '../values/attribute-value.ts';
import type { Entity } from './entities.ts';
import { prefixOf } from './templates.ts';

/** One kind of item: what reads it, and what it has. */
export function EntityDetails({ table, entity }: { table: Table; entity: Entity }) {
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
          <h3>How to read them</h3>
          <ul>
            {readsOf(table, entity).map((asked) => (
              <li key={addressOf(asked)}>
                <a href={addressOf(asked)}>{conditionText(table, asked)}</a>
              </li>
            ))}
          </ul>
        </section>
        <section>
          <h3>Attributes</h3>
          <table>
            <tbody>
              {attributesOf(table, entity).map(([name, { types, count }]) => (
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

/** The requests that find a kind of item: a partition of them, an index, and one by one. */
function readsOf(table: Table, entity: Entity): Partial<Asked>[] {
  const { examples, reaches, sort = '' } = entity;
  const prefix = prefixOf(sort);
  const partitions = [...new Set(examples.map(({ partition }) => partition))];
  const hasSort = keysOf(table, undefined).length > 1;
  return [
    ...(hasSort
      ? partitions.map((partition) => ({
          partition,
          ...(prefix !== '' && { sortOperator: 'begins_with' as const, sort: prefix }),
        }))
      : []),
    ...reaches.map(({ index, example: partition }) => ({ index, partition })),
    ...examples.map(({ partition, sort: one }) => ({
      partition,
      ...(one !== undefined && { sortOperator: 'eq' as const, sort: one }),
    })),
  ];
}

/** As in `GSI1: GSI1PK = EPIC#E001`. */
function conditionText(table: Table, { index, partition, sortOperator, sort }: Partial<Asked>) {
  const [first, second] = keysOf(table, index).map(({ attribute_name }) => attribute_name);
  const of = index === undefined ? '' : `${index}: `;
  const whole = `${of}${first} = ${partition}`;
  if (sortOperator === undefined) return whole;
  return `${whole}, ${second} ${sortOperator === 'eq' ? '=' : 'begins with'} ${sort}`;
}

function attributesOf(table: Table, { attributes }: Entity) {
  const keys = keyNames(table);
  const rank = (name: string) => (keys.includes(name) ? keys.indexOf(name) : keys.length);
  return [...attributes].sort(
    ([one, { count: many }], [other, { count: more }]) =>
      rank(one) - rank(other) || more - many || (one < other ? -1 : 1),
  );
}
