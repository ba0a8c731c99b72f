/** From this length on a name may be two edits away. */
const LONG = 8;

/** Names of others that are as near as that: the secret of a web framework, and how OpenTelemetry's logs are batched. */
const OF_OTHERS = new Set([
  'APP_KEY',
  'OTEL_BLRP_SCHEDULE_DELAY',
  'OTEL_BLRP_EXPORT_TIMEOUT',
  'OTEL_BLRP_MAX_QUEUE_SIZE',
  'OTEL_BLRP_MAX_EXPORT_BATCH_SIZE',
]);
/** What Kubernetes says of each service of a namespace, as in `DYNAMODB_PORT=tcp://10.0.0.1:8000`. */
const SERVICE_LINK = /^(tcp|udp|sctp):\/\//;

/** Settings that are none, each with the one that was probably meant. */
export function misspelledSettings(
  given: Readonly<Record<string, string | undefined>>,
  settings: readonly string[],
): [given: string, meant: string][] {
  const known = new Set(settings);
  return Object.entries(given).flatMap(([name, value]): [string, string][] => {
    if (known.has(name) || OF_OTHERS.has(name) || SERVICE_LINK.test(value ?? '')) return [];
    const meant = nearest(name, settings);
    return meant === undefined ? [] : [[name, meant]];
  });
}

function nearest(name: string, settings: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const setting of settings) {
    const most = setting.length < LONG ? 1 : 2;
    if (Math.abs(setting.length - name.length) > most) continue;
    // Long names are ours in lower case too; a short one may be anybody's.
    const distance = edits(most === 1 ? name : name.toUpperCase(), setting);
    if (distance > most || distance >= least) continue;
    least = distance;
    best = setting;
  }
  return best;
}

/** How many letters to add, drop, replace or swap with their neighbour to make one of the other. */
function edits(one: string, other: string): number {
  let [older, old]: number[][] = [[], []];
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let i = 1; i <= one.length; i++) {
    [older, old, row] = [old, row, [i]];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1];
      const swapped = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      row[j] = Math.min(
        at(old, j) + 1,
        at(row, j - 1) + 1,
        at(old, j - 1) + (same ? 0 : 1),
        swapped ? at(older, j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
  }
  return at(row, other.length);
}

function at(row: number[] | undefined, column: number): number {
  return row?.[column] ?? Number.POSITIVE_INFINITY;
}
