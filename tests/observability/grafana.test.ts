import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { METRIC_LABELS } from '../support/metric-names.ts';
import { PROJECT } from '../support/service-process.ts';

interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  datasource?: { uid: string };
  gridPos: { h: number; w: number; x: number; y: number };
  targets?: { refId: string; expr: string }[];
}

interface Dashboard {
  uid: string;
  panels: Panel[];
  templating: { list: { name: string; definition?: string }[] };
}

const dashboard: Dashboard = JSON.parse(
  readFileSync(path.join(PROJECT, 'examples/grafana/dynamodb-mcp-server.json'), 'utf8'),
);
const { panels, templating } = dashboard;
const graphs = panels.filter(({ type }) => type !== 'row');
const expressions = graphs.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }): [string, string] => [title, expr]),
);
const definitions = templating.list.flatMap(({ name, definition }): [string, string][] =>
  definition === undefined ? [] : [[`variable ${name}`, definition]],
);

/** What Prometheus itself adds. */
const OF_TARGETS = ['job', 'instance'];
const OF_NODE = /^(?:nodejs|process|v8js)_/;
const OF_HISTOGRAMS = /_(?:bucket|count|sum)$/;
const METRIC = /\b[a-z][a-z0-9]*(?:_[a-z0-9]+){2,}\b/g;

/** The metrics of an expression, which has texts, labels and functions besides. */
function metricsIn(expression: string): string[] {
  const bare = expression
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\{[^}]*\}|by \([^)]*\)|, \w+\)$/g, '')
    .replaceAll(/\$__\w+/g, '');
  return bare.match(METRIC) ?? [];
}

/** The labels that it selects or groups by. */
function labelsIn(expression: string): string[] {
  const bare = expression.replaceAll(/"[^"]*"/g, '');
  const groups = [...bare.matchAll(/\{([^}]*)\}|by \(([^)]*)\)|, (\w+)\)$/g)];
  return groups
    .flatMap(([, selected = '', grouped = '', values = '']) => `${selected},${grouped},${values}`)
    .flatMap((labels) => labels.match(/\w+/g) ?? []);
}

test('ids are unique, and panels do not lie upon each other', () => {
  const ids = panels.map(({ id }) => id);
  const cells = panels.flatMap(({ gridPos: { h, w, x, y } }) =>
    Array.from({ length: h * w }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
  );

  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(cells).size).toBe(cells.length);
  expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
});

test('every panel says what it shows, of whichever Prometheus is chosen', () => {
  for (const { title, description, datasource, targets = [] } of graphs) {
    expect({ title, described: Boolean(description), queries: targets.length > 0 }).toEqual({
      title,
      described: true,
      queries: true,
    });
    expect(datasource?.uid).toMatch(/^\$\{datasource\}$/);
    expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
  }
});

test.each([...expressions, ...definitions])('%s asks for metrics that there are: %s', (_, text) => {
  const metrics = metricsIn(text).map((name) =>
    name in METRIC_LABELS ? name : name.replace(OF_HISTOGRAMS, ''),
  );
  const labels = new Set(metrics.flatMap((name) => METRIC_LABELS[name] ?? []));
  const histogram = text.includes('_bucket') ? ['le'] : [];

  expect(metrics.length).toBeGreaterThan(0);
  expect(metrics.filter((name) => !(name in METRIC_LABELS))).toEqual([]);
  expect(
    labelsIn(text).filter((name) => ![...labels, ...OF_TARGETS, ...histogram].includes(name)),
  ).toEqual([]);
});

test.each(expressions)('%s looks at the chosen jobs only: %s', (_, text) => {
  const selectors = [...text.matchAll(/\{([^}]*)\}/g)];

  expect(selectors.length).toBe(metricsIn(text).length);
  for (const [, selector] of selectors) expect(selector).toContain('job=~"$job"');
});

test('every metric of what the service does is shown', () => {
  const shown = new Set(
    expressions.flatMap(([, text]) =>
      metricsIn(text).flatMap((name) => [name, name.replace(OF_HISTOGRAMS, '')]),
    ),
  );

  // What Node tells of itself has a panel for what matters of it.
  const own = Object.keys(METRIC_LABELS).filter((name) => !OF_NODE.test(name));
  expect(own.filter((name) => !shown.has(name))).toEqual([]);
});

test('every variable that is used is there', () => {
  const used = [...JSON.stringify(dashboard).matchAll(/\$\{?(\w+)/g)].map(([, name]) => name);
  const known = templating.list.map(({ name }) => name);

  expect(used.filter((name = '') => !name.startsWith('__') && !known.includes(name))).toEqual([]);
});
