import { shorten } from '../../errors.ts';

/** Where something stands in a file: member names and places in lists. */
export type Path = readonly (string | number)[];

/** One thing that is wrong, or doubtful, in a policy. */
export interface Problem {
  /** As the operator would write it: `roles.tenant.grants[0].items.PK`. */
  readonly place: string;
  readonly line: number | undefined;
  readonly message: string;
}

/** Takes what is found wrong at a place. */
export type Report = (path: Path, message: string) => void;

/** So many are told at once; the rest is counted. */
const MOST_TOLD = 100;
const PLAIN_NAME = /^[\w$-]+$/;

/** A path as one would write it, with names that are no plain words in quotes. */
export function placeOf(path: Path): string {
  return shorten(
    path.reduce<string>((place, step) => {
      if (typeof step === 'number') return `${place}[${step}]`;
      if (!PLAIN_NAME.test(step)) return `${place}[${JSON.stringify(step)}]`;
      return place === '' ? step : `${place}.${step}`;
    }, ''),
  );
}

/** A line for each problem, in the order of the file. */
export function problemLines(problems: readonly Problem[]): string[] {
  const sorted = problems.toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0));
  const lines = sorted.slice(0, MOST_TOLD).map(problemLine);
  const more = problems.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}

function problemLine({ place, line, message }: Problem): string {
  return `${place}${line === undefined ? '' : ` (line ${line})`}: ${message}`;
}

/** Names for a sentence: `"a", "b"`. */
export function quoted(names: Iterable<string>): string {
  return [...names].map((name) => JSON.stringify(shorten(name))).join(', ');
}
