/** What a label may be; absent where it is undefined. */
export type LabelValue = string | number | undefined;

/** A value for each label, in their order. */
export type LabelValues<Labels extends readonly string[]> = { [At in keyof Labels]: LabelValue };

/** More are counted together: labels are bounded, and this holds should they ever not be. */
const MOST_SERIES = 1_000;
const OVERFLOW = 'otel.metric.overflow';

type Attributes = Record<string, string | number | boolean>;
type Labelled<Point> = Point & { readonly attributes: Attributes };

/** A step on the way to a point, which goes by the value of one label after the other. */
class Step<Point> {
  readonly next = new Map<LabelValue, Step<Point>>();
  point: Labelled<Point> | undefined;
}

/** The points of an instrument, one for each combination of labels that there was. */
class Series<Labels extends readonly string[], Point> {
  readonly points: Labelled<Point>[] = [];
  readonly #names: Labels;
  readonly #create: () => Point;
  readonly #first = new Step<Point>();
  #overflow: Labelled<Point> | undefined;

  constructor(names: Labels, create: () => Point) {
    this.#names = names;
    this.#create = create;
  }

  at(values: LabelValues<Labels>): Point {
    let step = this.#first;
    for (const value of values) {
      const next = step.next.get(value);
      if (!next) return this.#add(values);
      step = next;
    }
    return step.point ?? this.#add(values);
  }

  #add(values: LabelValues<Labels>): Point {
    if (this.points.length >= MOST_SERIES) {
      this.#overflow ??= this.#pointWith({ [OVERFLOW]: true });
      return this.#overflow;
    }
    let step = this.#first;
    for (const value of values) {
      const next = step.next.get(value) ?? new Step<Point>();
      step.next.set(value, next);
      step = next;
    }
    step.point = this.#pointWith(this.#attributes(values));
    return step.point;
  }

  #pointWith(attributes: Attributes): Labelled<Point> {
    const point = { ...this.#create(), attributes };
    this.points.push(point);
    return point;
  }

  #attributes(values: LabelValues<Labels>): Attributes {
    const attributes: Attributes = {};
    for (const [at, name] of this.#names.entries()) {
      const value = values[at];
      if (value !== undefined) attributes[name] = value;
    }
    return attributes;
  }
}

/** A sum that only grows, by labels. */
export class LabelledCounter<Labels extends readonly string[]> {
  readonly #series: Series<Labels, { value: number }>;

  constructor(labels: Labels) {
    this.#series = new Series(labels, () => ({ value: 0 }));
  }

  get points() {
    return this.#series.points;
  }

  add(value: number, ...labels: LabelValues<Labels>): void {
    this.#series.at(labels).value += value;
  }
}

/** How many values lay between which bounds, by labels. */
export class LabelledHistogram<Labels extends readonly string[]> {
  readonly bounds: readonly number[];
  readonly #series: Series<Labels, { counts: number[]; sum: number; count: number }>;

  constructor(labels: Labels, bounds: readonly number[]) {
    this.bounds = bounds;
    this.#series = new Series(labels, () => ({
      counts: new Array<number>(bounds.length + 1).fill(0),
      sum: 0,
      count: 0,
    }));
  }

  get points() {
    return this.#series.points;
  }

  record(value: number, ...labels: LabelValues<Labels>): void {
    const point = this.#series.at(labels);
    let at = 0;
    // A value belongs to the first bound that it does not exceed.
    while (at < this.bounds.length && value > (this.bounds[at] ?? 0)) at++;
    point.counts[at] = (point.counts[at] ?? 0) + 1;
    point.sum += value;
    point.count++;
  }
}
