import { checkMeaning } from './checks/check.ts';
import type { Known } from './checks/known.ts';
import { compilePolicy } from './compile.ts';
import type { CompiledPolicy } from './compiled.ts';
import { type PolicyDocument, readDocument } from './document.ts';
import { describeIssue, reportIssues } from './issues.ts';
import type { Path, Problem, Report } from './problems.ts';
import { POLICY } from './shape/policy.ts';

/** A policy, or all that is wrong with it. */
export type PolicyReading =
  | { readonly policy: CompiledPolicy; readonly problems: readonly [] }
  | { readonly policy: undefined; readonly problems: readonly Problem[] };

/** Reads, checks and compiles the text of a policy file. */
export function readPolicy(text: string, known: Known): PolicyReading {
  const document = readDocument(text);
  if (!document.readable) return { policy: undefined, problems: document.problems };
  const problems = new Found(document);
  const warnings = new Found(document);
  const parsed = POLICY.safeParse(document.value, { error: describeIssue });
  reportIssues(parsed.error?.issues ?? [], problems.report);
  checkMeaning(document.value, { known, problem: problems.report, warning: warnings.report });
  const all = [...document.problems, ...problems.all];
  if (!parsed.success || all.length > 0) return { policy: undefined, problems: all };
  const source = { text, document, known, warnings: warnings.all };
  return { policy: compilePolicy(parsed.data, source), problems: [] };
}

/** What was found at the places of a document, each thing once. */
class Found {
  readonly all: Problem[] = [];
  readonly report: Report;

  constructor(document: PolicyDocument) {
    const seen = new Set<string>();
    this.report = (path: Path, message: string) => {
      const problem = document.problemAt(path, message);
      const key = `${problem.place} ${message}`;
      if (seen.has(key)) return;
      seen.add(key);
      this.all.push(problem);
    };
  }
}
