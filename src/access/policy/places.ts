import type { Node } from 'yaml';
import { type Path, type Problem, placeOf } from './problems.ts';

/** The place of what is wrong with a file as a whole. */
export const WHOLE = 'the file';

/** Where the parts of a file stand. */
export class Places {
  readonly #lines = new Map<string, number | undefined>();
  readonly #lineAt: (offset: number) => number | undefined;

  constructor(lineAt: (offset: number) => number | undefined) {
    this.#lineAt = lineAt;
  }

  see(path: Path, node: Node | null): void {
    const line = node?.range ? this.#lineAt(node.range[0]) : undefined;
    this.#lines.set(JSON.stringify(path), line);
  }

  /** A problem at a place, or at the nearest around it where nothing is written. */
  problemAt(path: Path, message: string): Problem {
    const place = path.length === 0 ? WHOLE : placeOf(path);
    return { place, line: this.#lineOf(path), message };
  }

  #lineOf(path: Path): number | undefined {
    for (let length = path.length; length > 0; length--) {
      const line = this.#lines.get(JSON.stringify(path.slice(0, length)));
      if (line !== undefined) return line;
    }
    return undefined;
  }
}
