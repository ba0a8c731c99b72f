/** One series: a name, its labels, and its value. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** The samples of a metric, under the name, type and help that stand before them. */
export interface Family {
  name: string;
  type: string;
  help: string;
  samples: Sample[];
}

const HELP = /^# HELP ([a-zA-Z_:][\w:]*) (.+)$/;
const TYPE = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram|summary|untyped)$/;
const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;
const VALUE = /^([+-]?Inf|NaN|[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?)$/i;
const OF_HISTOGRAMS = /_(bucket|sum|count)$/;

/**
 * Prometheus' text format 0.0.4, read strictly: a family stands together under its help and type, no
 * series comes twice, and the buckets of a histogram grow up to its count. Throws for anything else.
 */
export function readPrometheusText(text: string): Family[] {
  if (!text.endsWith('\n')) throw new Error('The last line does not end.');
  const families = new Map<string, Family>();
  const seen = new Set<string>();
  let current: Family | undefined;
  let help: [string, string] | undefined;
  for (const line of text.split('\n').slice(0, -1)) {
    if (line === '') continue;
    const [, helped, words] = HELP.exec(line) ?? [];
    const [, typed, type] = TYPE.exec(line) ?? [];
    if (helped && words) {
      help = [helped, words];
    } else if (typed && type) {
      if (families.has(typed)) throw new Error(`${typed} comes twice.`);
      if (help?.[0] !== typed) throw new Error(`${typed} has no help.`);
      current = { name: typed, type, help: help[1], samples: [] };
      families.set(typed, current);
    } else {
      if (seen.has(line.replace(/ \S+$/, ''))) throw new Error(`${line} comes twice.`);
      seen.add(line.replace(/ \S+$/, ''));
      addSample(line, current);
    }
  }
  for (const family of families.values()) if (family.type === 'histogram') checkBuckets(family);
  return [...families.values()];
}

function addSample(line: string, family: Family | undefined): void {
  const [, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? [];
  if (!VALUE.test(value)) throw new Error(`No sample: ${line}`);
  const expected = family?.type === 'histogram' ? name.replace(OF_HISTOGRAMS, '') : name;
  if (!family || expected !== family.name) throw new Error(`${name} stands under no type.`);
  if (family.type === 'counter' && !name.endsWith('_total')) throw new Error(`${name}: no _total.`);
  const number = Number(value.replace(/inf/i, 'Infinity'));
  if (family.type === 'counter' && !(number >= 0)) throw new Error(`${line} is negative.`);
  family.samples.push({ name, labels: readLabels(labels), value: number });
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const [, name = '', value = ''] = LABEL.exec(text) ?? [];
    if (name === '' || Object.hasOwn(labels, name)) throw new Error(`No labels: ${text}`);
    labels[name] = value.replace(/\\(.)/g, (_all, it) => (it === 'n' ? '\n' : it));
  }
  return labels;
}

function checkBuckets({ name, samples }: Family): void {
  const last = new Map<string, { le: number; value: number }>();
  const keyOf = ({ le, ...labels }: Record<string, string>) => JSON.stringify(labels);
  for (const { labels, value, ...sample } of samples) {
    if (sample.name !== `${name}_bucket`) continue;
    const le = Number(labels.le?.replace('Inf', 'Infinity'));
    const before = last.get(keyOf(labels));
    if (before && (before.le >= le || before.value > value)) throw new Error(`${name} shrinks.`);
    last.set(keyOf(labels), { le, value });
  }
  for (const { labels, value, ...sample } of samples) {
    if (sample.name !== `${name}_count`) continue;
    const { le, value: all } = last.get(keyOf(labels)) ?? {};
    if (le !== Number.POSITIVE_INFINITY || all !== value) throw new Error(`${name} has no +Inf.`);
  }
}
