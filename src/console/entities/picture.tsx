import type { Table } from '../table.ts';
import type { Entity } from './entities.ts';

const BOX = { width: 250, height: 66, gap: 18 };
const COLUMNS = { partition: 20, entity: 330, index: 690 };
const WIDTH = 960;
const LEFT_MIDDLE = COLUMNS.partition + BOX.width;

interface Props {
  table: Table;
  entities: Entity[];
  chosen: Entity | undefined;
  onChoose: (entity: Entity) => void;
}

/** The entities as a picture: partitions of the table to the left, the indexes that reach them to the right. */
export function Picture({ table, entities, chosen, onChoose }: Props) {
  const partitions = [...new Set(entities.map(({ partition }) => partition))];
  const indexes = [
    ...new Set(
      entities.flatMap(({ reaches }) =>
        reaches.map(({ index, partition }) => `${index}\n${partition}`),
      ),
    ),
  ];
  const rows = Math.max(entities.length, partitions.length, indexes.length);
  const height = rows * (BOX.height + BOX.gap) + 40;
  const y = (at: number) => 30 + at * (BOX.height + BOX.gap);
  const middle = (at: number) => y(at) + BOX.height / 2;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="scroll picture" tabIndex={0} aria-label={`The entities of ${table.table}`}>
      <svg viewBox={`0 0 ${WIDTH} ${height}`} width={WIDTH} height={height}>
        <title>Partitions, entities and indexes</title>
        <text x={COLUMNS.partition} y={18}>
          partitions
        </text>
        <text x={COLUMNS.entity} y={18}>
          entities
        </text>
        {indexes.length > 0 && (
          <text x={COLUMNS.index} y={18}>
            indexes
          </text>
        )}
        {entities.map(({ partition, reaches }, at) => (
          <g key={at}>
            <Line
              from={[LEFT_MIDDLE, middle(partitions.indexOf(partition))]}
              to={[COLUMNS.entity, middle(at)]}
            />
            {reaches.map((reach) => (
              <Line
                key={`${reach.index} ${reach.partition}`}
                from={[COLUMNS.entity + BOX.width, middle(at)]}
                to={[COLUMNS.index, middle(indexes.indexOf(`${reach.index}\n${reach.partition}`))]}
              />
            ))}
          </g>
        ))}
        {partitions.map((partition, at) => (
          <Box
            key={partition}
            x={COLUMNS.partition}
            y={y(at)}
            title={partition}
            below={`${sum(entities, partition)} items in the sample`}
          />
        ))}
        {indexes.map((index, at) => {
          const [name = '', partition = ''] = index.split('\n');
          return <Box key={index} x={COLUMNS.index} y={y(at)} title={name} below={partition} />;
        })}
        {entities.map((entity, at) => (
          // biome-ignore lint/a11y/useSemanticElements: there are no buttons in SVG
          <g
            key={`${entity.partition} ${entity.sort} ${entity.name}`}
            class={entity === chosen ? 'entity chosen' : 'entity'}
            role="button"
            tabIndex={0}
            onClick={() => onChoose(entity)}
            onKeyDown={({ key }) => (key === 'Enter' || key === ' ') && onChoose(entity)}
          >
            <Box
              x={COLUMNS.entity}
              y={y(at)}
              title={`${entity.name} (${entity.count})`}
              below={entity.sort ?? entity.partition}
            />
          </g>
        ))}
      </svg>
    </section>
  );
}

function Box({ x, y, title, below }: { x: number; y: number; title: string; below: string }) {
  return (
    <>
      <rect x={x} y={y} width={BOX.width} height={BOX.height} rx={8} />
      <text x={x + 14} y={y + 28} class="title">
        {short(title)}
      </text>
      <text x={x + 14} y={y + 50}>
        {short(below)}
      </text>
    </>
  );
}

function Line({ from: [x1, y1], to: [x2, y2] }: { from: [number, number]; to: [number, number] }) {
  const half = (x1 + x2) / 2;
  return <path d={`M${x1},${y1} C${half},${y1} ${half},${y2} ${x2},${y2}`} />;
}

const LONGEST = 30;

function short(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

function sum(entities: Entity[], partition: string): number {
  return entities.reduce(
    (count, each) => count + (each.partition === partition ? each.count : 0),
    0,
  );
}
