import { RATE, type RoleText } from './shape/role.ts';

/** So many in so many seconds. */
export interface Rate {
  readonly count: number;
  readonly seconds: number;
}

/** How much one principal may do; undefined is as much as it likes. */
export interface Limits {
  readonly requests: Rate | undefined;
  readonly readUnits: Rate | undefined;
  readonly writeUnits: Rate | undefined;
  readonly itemsWritten: Rate | undefined;
  readonly concurrency: number | undefined;
  /** So many processes share the rates. */
  readonly replicas: number;
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3_600, day: 86_400 };

/** The limits of a role that has been checked. */
export function compileLimits(limits: RoleText['limits'] = {}, replicas = 1): Limits {
  return {
    requests: rateOf(limits.requests),
    readUnits: rateOf(limits.read_units),
    writeUnits: rateOf(limits.write_units),
    itemsWritten: rateOf(limits.items_written),
    concurrency: limits.concurrency,
    replicas,
  };
}

function rateOf(text: string | undefined): Rate | undefined {
  const [, count, period = ''] = RATE.exec(text ?? '') ?? [];
  const seconds = SECONDS[period];
  return count === undefined || seconds === undefined
    ? undefined
    : { count: Number(count), seconds };
}
