import type { GrantText } from '../shape/grant.ts';
import type { KnownTool } from './known.ts';

/** The tools by which values come into an item; entries of batches and transactions are tools too. */
export const WRITERS = ['put_item', 'update_item'] as const;

/** Whether a grant lists the tool. */
export function lists(grant: GrantText, tool: string): boolean {
  return grant.tools === '*' || grant.tools.includes(tool);
}

/** Whether values can come into items by the grant. */
export function mayWriteAttributes(grant: GrantText): boolean {
  return WRITERS.some((tool) => lists(grant, tool));
}

/** Whether anything can be read by the grant. */
export function mayRead(grant: GrantText, tools: readonly KnownTool[]): boolean {
  return tools.some(({ name, effect }) => effect === 'read' && lists(grant, name));
}

/** Whether the grant shows an attribute as it is; key attributes aside. */
export function readableBy({ read }: GrantText, name: string): boolean {
  if (!read) return true;
  if ([read.hide, read.redact, read.hash].some((names) => names?.includes(name))) return false;
  return read.only?.includes(name) ?? true;
}

/** Whether somebody may give an attribute a value by the grant. */
export function writableBy(grant: GrantText, name: string): boolean {
  if (!mayWriteAttributes(grant)) return false;
  const { only } = grant.write ?? {};
  return only ? only.includes(name) || createsWith(grant, name) : readableBy(grant, name);
}

/** Whether items come to be by the grant with an attribute of its predicate, which `only` need not name. */
function createsWith({ items, tools, write }: GrantText, name: string): boolean {
  if (items === '*' || !Object.hasOwn(items, name)) return false;
  const puts = tools === '*' || tools.includes('put_item');
  return puts || write?.upsert === true || Object.hasOwn(write?.values ?? {}, name);
}
