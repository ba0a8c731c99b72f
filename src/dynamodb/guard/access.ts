import { ServiceError, shorten } from '../../errors.ts';
import type { TableSchema } from '../tables/table-schema.ts';
import type { Grant } from './grant.ts';

/** What a call's caller may do, by the role that a policy gives to it. */
export interface Access {
  /** The caller's name in the policy's own terms. */
  readonly principal: string;
  readonly role: string;
  readonly grants: readonly Grant[];
  /** The names of the tools that read items: what else is written back is shown by their grants. */
  readonly readingTools: ReadonlySet<string>;
  /** Whether what the rules refuse is only noted. */
  readonly observes: boolean;
  /** The tool that is called. */
  readonly tool: string;
  /** The tools whose entries are each a tool of its own besides: batches and transactions. */
  readonly ownEntries: ReadonlySet<string>;
  /** Throws StorageUnavailable while the policy does not fit the table. */
  fits(table: string, schema: TableSchema): void;
  /** What stands for a value that is shown as a hash of it. */
  hash(table: string, attribute: string, value: unknown): string;
  /** A text that holds a page key and that only the same principal's same request can open. */
  seal(text: string, context: string): string;
  /** What a text holds; undefined for any other text. */
  open(sealed: string, context: string): string | undefined;
  /** What the call did, for the audit. */
  readonly noted: Noted;
}

/** What a call was about, by the names of attributes: no values but those of keys. */
export interface Noted {
  readonly grants: Set<string>;
  /** The grants that what a call reads can be within, whether anything is found or not. */
  readonly reaching: Set<string>;
  /** Whether they do not show all of everything that is read. */
  limited: boolean;
  readonly read: Set<string>;
  readonly written: Set<string>;
  readonly masked: Set<string>;
  readonly keys: string[];
  /** What would have been refused, where the policy only observes. */
  readonly refusals: string[];
}

/** What is noted of a call before it did anything. */
export function nothingNoted(): Noted {
  return {
    grants: new Set(),
    reaching: new Set(),
    limited: false,
    read: new Set(),
    written: new Set(),
    masked: new Set(),
    keys: [],
    refusals: [],
  };
}

/** A table or one of its indexes. */
export interface Place {
  table: string;
  index?: string | undefined;
}

/** Refuses a table that a role is not about, in the same words as one that there is not. */
export function refuseForeignTable(access: Access | undefined, table: string, path: string): void {
  if (!access || access.grants.some((grant) => grant.table === table)) return;
  refuse(access, path, 'is not a table that your role may use');
}

/** Whether a grant is about a tool. */
export function grantsTool({ tools }: Grant, tool: string): boolean {
  return tools === '*' || tools.has(tool);
}

/**
 * The grants that a call may use for what is, in a batch or a transaction, an entry of another tool.
 * Refuses a place that none of them is about, and an index that does not hold what they look at.
 */
export function grantsFor(
  access: Access,
  entry: string,
  { table, index }: Place,
  schema: TableSchema,
): Grant[] {
  access.fits(table, schema);
  const grants = access.grants.filter(
    (grant) =>
      grant.table === table &&
      grantsTool(grant, access.tool) &&
      (grantsTool(grant, entry) || !access.ownEntries.has(access.tool)) &&
      (index === undefined || grant.indexes === '*' || grant.indexes.has(index)),
  );
  if (grants.length > 0) return grants;
  if (index !== undefined) {
    refuseIndex(access);
    return grants;
  }
  const what = entry === access.tool ? entry : `${entry} within ${access.tool}`;
  refuse(access, '', `Your role may not use ${what} here.`);
  return grants;
}

/** Refuses an index in the same words, whether there is none or what it is about is hidden. */
export function refuseIndex(access: Access): void {
  refuse(access, 'index_name', 'is not an index that your role may read');
}

/** Refuses a call, or notes that it would be refused where the policy only observes. */
export function refuse(access: Access, path: string, message: string): void {
  const failure = forbidden(path, message);
  if (!access.observes) throw failure;
  access.noted.refusals.push(failure.message);
}

/** A refusal of one place in the request. */
export function forbidden(path: string, message: string): ServiceError {
  const place = shorten(path);
  const sentence = place === '' ? message : `${place}: ${message}`;
  return new ServiceError('Forbidden', sentence, { issues: [{ path: place, message }] });
}
