import { type Path, quoted } from '../problems.ts';
import type { GrantText } from '../shape/grant.ts';
import type { Check } from './known.ts';
import { checkPredicate } from './predicate.ts';
import { mayRead, mayWriteAttributes, readableBy } from './reach.ts';
import { checkWrite } from './writes.ts';

/** Whether a grant can be understood, and says nothing that contradicts itself. */
export function checkGrant(grant: GrantText, path: Path, check: Check): void {
  const { problem, warning, known } = check;
  if (grant.table !== undefined && !known.tables.includes(grant.table)) {
    problem([...path, 'table'], `there is no such table, only ${quoted(known.tables)}`);
  }
  checkTools(grant.tools, [...path, 'tools'], check);
  checkPredicate(grant.items, [...path, 'items'], check);
  checkRead(grant.read ?? {}, [...path, 'read'], check);
  if (!grant.write) return;
  checkWrite(grant.write, [...path, 'write'], check);
  if (!mayWriteAttributes(grant)) {
    warning([...path, 'write'], 'has no effect without put_item or update_item among the tools');
  }
  for (const name of grant.write.require_expected ?? []) {
    if (mayRead(grant, known.tools) && !readableBy(grant, name)) {
      problem(
        [...path, 'write', 'require_expected'],
        `${quoted([name])} cannot be read plainly, so that nobody could expect it`,
      );
    }
  }
}

/** Whether all tools exist. */
export function checkTools(tools: readonly string[] | '*', path: Path, check: Check): void {
  if (tools === '*') return;
  const names = new Set(check.known.tools.map(({ name }) => name));
  tools.forEach((tool, index) => {
    if (!names.has(tool)) check.problem([...path, index], 'there is no such tool');
  });
}

function checkRead(read: NonNullable<GrantText['read']>, path: Path, { problem, warning }: Check) {
  const { only, hide = [], redact = [], hash = [] } = read;
  const both = redact.filter((name) => hash.includes(name));
  if (both.length > 0) problem([...path, 'hash'], `${quoted(both)} is also in \`redact\``);
  const shown = hide.filter((name) => [only, redact, hash].some((names) => names?.includes(name)));
  if (shown.length > 0) {
    problem([...path, 'hide'], `${quoted(shown)} is shown by \`only\`, \`redact\` or \`hash\``);
  }
  if (hide.length > 0) {
    warning(
      [...path, 'hide'],
      'new attributes would be visible, and refusals reveal what is hidden; name what is shown instead, in `only`',
    );
  }
}
