import { NOTHING_BEFORE, type ReadLine, readLine } from './chain.ts';

/** What is known of the lines of one process. */
export interface VerifiedInstance {
  readonly instance: string;
  /** Through which sequence nothing is missing or changed; 0 where its first line is missing. */
  vouchedThrough: number;
  /** Whether its last line says that the process ended. */
  ended: boolean;
}

/** What a verification found. */
export interface Verification {
  readonly instances: readonly VerifiedInstance[];
  /** What is wrong, each with the number of the line in the file. */
  readonly problems: readonly string[];
  readonly lines: number;
}

/** So many problems are told. */
const MOST_PROBLEMS = 100;

interface Running extends VerifiedInstance {
  sequence: number;
  hash: string;
}

/** Checks the audit lines among the lines of a file; those of others are passed over. */
export async function verifyAudit(lines: AsyncIterable<string>): Promise<Verification> {
  const instances = new Map<string, Running>();
  const problems: string[] = [];
  let number = 0;
  let audited = 0;
  let lastHash = NOTHING_BEFORE;
  const problem = (text: string) => {
    if (problems.length < MOST_PROBLEMS) problems.push(`line ${number}: ${text}`);
  };
  for await (const text of lines) {
    number++;
    const line = readLine(text);
    if (!line) continue;
    audited++;
    const { instance, sequence, kind, continues } = line.members;
    if (!line.isWhole || typeof instance !== 'string' || typeof sequence !== 'number') {
      problem('was changed, or cut off');
      continue;
    }
    if (kind === 'start' && typeof continues === 'string' && continues !== lastHash) {
      problem('continues a file whose last line was another: lines before it are missing');
    }
    const found = follow(instances, instance, sequence, line);
    if (found) problem(found);
    lastHash = line.hash;
  }
  return { instances: [...instances.values()], problems, lines: audited };
}

/** Takes the next line of a process; what is wrong with its place. */
function follow(
  instances: Map<string, Running>,
  instance: string,
  sequence: number,
  { hash, previous, members }: ReadLine,
): string | undefined {
  const known = instances.get(instance);
  const expected = (known?.sequence ?? 0) + 1;
  const isNext = sequence === expected && previous === (known?.hash ?? NOTHING_BEFORE);
  const isUnbroken = isNext && (!known || known.vouchedThrough === known.sequence);
  instances.set(instance, {
    instance,
    sequence: Math.max(sequence, known?.sequence ?? 0),
    hash,
    vouchedThrough: isUnbroken ? sequence : (known?.vouchedThrough ?? 0),
    ended: members.kind === 'head' && members.end === true,
  });
  if (isNext) return undefined;
  const gap = sequence - expected;
  if (gap > 0)
    return `${gap === 1 ? '1 line is' : `${gap} lines are`} missing before it, from ${instance}`;
  if (gap < 0) return `stands twice or out of order, of ${instance}`;
  return `does not follow the line before it, of ${instance}`;
}
