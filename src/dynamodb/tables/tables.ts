import { invalid, shorten } from '../../errors.ts';
import type { Table } from './table.ts';

/** The tables of the service: none else can be reached. */
export class Tables {
  readonly default: Table;
  readonly #byName: ReadonlyMap<string, Table>;

  /** All tables by name, of which one is meant where none is named. */
  constructor(byName: ReadonlyMap<string, Table>, meant: Table) {
    this.#byName = byName;
    this.default = meant;
  }

  /** The table of a name, without one the default; throws ValidationError for any other. */
  get(name: string | undefined, path = 'table'): Table {
    if (name === undefined) return this.default;
    const table = this.#byName.get(name);
    if (table) return table;
    throw invalid(path, `there is no table "${shorten(name)}", only ${this.names.join(', ')}`);
  }

  get names(): string[] {
    return [...this.#byName.keys()];
  }
}
