import type { Report } from '../problems.ts';

/** What a tool does to stored data. */
export interface KnownTool {
  readonly name: string;
  readonly effect: 'read' | 'write' | 'destructive';
}

/** What a policy may name that stands elsewhere. */
export interface Known {
  readonly tools: readonly KnownTool[];
  /** All tables, and the one that is meant where none is named. */
  readonly tables: readonly string[];
  readonly defaultTable: string;
  /** Undefined where it is not known which keys there will be. */
  readonly apiKeyNames: readonly string[] | undefined;
}

/** Where checks put what they find, and what they know. */
export interface Check {
  readonly known: Known;
  /** A reason not to start. */
  readonly problem: Report;
  /** Something doubtful, which the operator is told. */
  readonly warning: Report;
}
