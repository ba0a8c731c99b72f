import { counted } from '../counted.ts';
import { keysOf, type Table } from '../table.ts';
import type { Entity } from './entities.ts';

const BOX = { width: 250, height: 66, gap: 18, radius: 8 };
const COLUMNS = { partition: 20, entity: 340, index: 690 };
const HEAD = 30;
const WIDTH = COLUMNS.index + BOX.width + COLUMNS.partition;

interface Props {
  table: Table;
  entities: Entity[];
  chosen: Entity | undefined;
  onChoose: (entity: Entity) => void;
}

/** The entities as a picture: partitions of the table to the left, the indexes that reach them to the right. */
export function Picture({ table, entities, chosen, onChoose }: Props) {
  const partitions = [...new Set(entities.map(({ partition }) => partition))];
  const places = [...new Set(entities.flatMap(({ reaches }) => reaches.map(placeOf)))];
  const rows = Math.max(entities.length, partitions.length, places.length);
  const height = HEAD + rows * (BOX.height + BOX.gap);
  const [partitionKey, sortKey] = namesOf(table, undefined);
  // The lines of what is chosen are drawn last, above the others.
  const drawn = entities.toSorted(
    (one, other) => Number(one === chosen) - Number(other === chosen),
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="scroll picture" tabIndex={0} aria-label={`The entities of ${table.table}`}>
      <svg viewBox={`0 0 ${WIDTH} ${height}`} width={WIDTH} height={height}>
        <title>Partitions, entities and indexes</title>
        <Heading x={COLUMNS.partition} text={`partitions, by ${partitionKey}`} />
        <Heading x={COLUMNS.entity} text={sortKey ? `entities, by ${sortKey}` : 'entities'} />
        {places.length > 0 && <Heading x={COLUMNS.index} text="indexes that reach them" />}
        {drawn.map((entity) => (
          <Lines
            key={nameOf(entity)}
            isChosen={entity === chosen}
            at={entities.indexOf(entity)}
            partition={partitions.indexOf(entity.partition)}
            places={entity.reaches.map((reach) => places.indexOf(placeOf(reach)))}
          />
        ))}
        {partitions.map((partition, at) => (
          <Box
            key={partition}
            x={COLUMNS.partition}
            at={at}
            title={partition}
            below={counted(sum(entities, partition), 'item')}
          />
        ))}
        {places.map((place, at) => {
          const [index = '', partition = ''] = place.split('\n');
          const [key] = namesOf(table, index);
          const below = `${key} = ${partition}`;
          return <Box key={place} x={COLUMNS.index} at={at} title={index} below={below} />;
        })}
        {entities.map((entity, at) => (
          // biome-ignore lint/a11y/useSemanticElements: there are no buttons in SVG
          <g
            key={nameOf(entity)}
            class={entity === chosen ? 'entity chosen' : 'entity'}
            role="button"
            tabIndex={0}
            aria-pressed={entity === chosen}
            onClick={() => onChoose(entity)}
            onKeyDown={({ key }) => (key === 'Enter' || key === ' ') && onChoose(entity)}
          >
            <Box
              x={COLUMNS.entity}
              at={at}
              title={`${entity.name} (${entity.count})`}
              below={entity.sort ?? entity.partition}
            />
          </g>
        ))}
      </svg>
    </section>
  );
}

function Heading({ x, text }: { x: number; text: string }) {
  return (
    <text x={x} y={18}>
      {text}
    </text>
  );
}

function Box({ x, at, title, below }: { x: number; at: number; title: string; below: string }) {
  const y = topOf(at);
  return (
    <>
      <rect x={x} y={y} width={BOX.width} height={BOX.height} rx={BOX.radius} />
      <text x={x + 14} y={y + 28} class="title">
        {short(title)}
      </text>
      <text x={x + 14} y={y + 50}>
        {short(below)}
      </text>
    </>
  );
}

/** What leads to an entity: from its partition, and from the places in indexes. */
function Lines(props: { isChosen: boolean; at: number; partition: number; places: number[] }) {
  const middle = middleOf(props.at);
  const end = COLUMNS.entity + BOX.width;
  return (
    <g class={props.isChosen ? 'lines chosen' : 'lines'}>
      <Line
        from={[COLUMNS.partition + BOX.width, middleOf(props.partition)]}
        to={[COLUMNS.entity, middle]}
      />
      {props.places.map((place) => (
        <Line key={place} from={[end, middle]} to={[COLUMNS.index, middleOf(place)]} />
      ))}
    </g>
  );
}

function Line({ from: [x1, y1], to: [x2, y2] }: { from: [number, number]; to: [number, number] }) {
  const half = (x1 + x2) / 2;
  return <path d={`M${x1},${y1} C${half},${y1} ${half},${y2} ${x2},${y2}`} />;
}

function topOf(at: number): number {
  return HEAD + at * (BOX.height + BOX.gap);
}

function middleOf(at: number): number {
  return topOf(at) + BOX.height / 2;
}

function placeOf({ index, partition }: { index: string; partition: string }): string {
  return `${index}\n${partition}`;
}

function nameOf({ partition, sort, name }: Entity): string {
  return JSON.stringify([partition, sort, name]);
}

function namesOf(table: Table, index: string | undefined): string[] {
  return keysOf(table, index).map(({ attribute_name }) => attribute_name);
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
