import { randomUUID } from 'node:crypto';
import { createTimestamps } from '../../observability/timestamps.ts';
import type { Secrets } from '../secrets.ts';
import type { AuditLines } from './audit-file.ts';
import { type AuditedCall, callMembers, membersOf, type TellKey } from './call-record.ts';
import { chain, NOTHING_BEFORE } from './chain.ts';

/** What a policy says of the audit. */
export interface AuditRule {
  readonly keys: 'plain' | 'hash' | 'none';
  readonly required: boolean;
}

/** Writes down every call. */
export interface Audit {
  record(call: AuditedCall): void;
  /** Whether a call that writes may happen: its line can be written, or need not be. */
  mayWrite(): boolean;
  /** Says that another policy is in force. */
  policyChanged(version: string): void;
  /** Writes the last line. */
  close(): void;
}

/** What the audit is made from. */
export interface AuditOptions {
  readonly policy: () => { readonly version: string; readonly audit: AuditRule };
  readonly secrets: Pick<Secrets, 'digest'>;
  /** Where every line goes: the log, and a file if there is one. */
  readonly sinks: readonly AuditLines[];
  /** The hash of the last line of a file that is continued. */
  readonly continues?: string | undefined;
}

const HEAD_MS = 60_000;

/** How the policy in force wants keys to be told. */
export function keyTeller(
  policy: () => { readonly audit: AuditRule },
  secrets: Pick<Secrets, 'digest'>,
): () => TellKey {
  return () => {
    switch (policy().audit.keys) {
      case 'plain':
        return (key) => key;
      case 'hash':
        return (key) => secrets.digest(key, 'audit key');
      case 'none':
        return undefined;
    }
  };
}

/** A chain of lines of this process, begun with a line that names the policy. */
export function createAudit({ policy, secrets, sinks, continues }: AuditOptions): Audit {
  const timestamp = createTimestamps();
  const instance = randomUUID();
  let sequence = 0;
  let previous = NOTHING_BEFORE;
  /** Calls of this turn of the event loop: their lines are made together, which costs less. */
  const ended: { readonly call: AuditedCall; readonly tell: TellKey }[] = [];
  let isClosed = false;
  const write = (kind: string, members: string) => {
    sequence++;
    const head = `"kind":"${kind}","sequence":${sequence},"timestamp":"${timestamp()}","instance":"${instance}"`;
    const next = chain(members === '' ? head : `${head},${members}`, previous);
    previous = next.hash;
    for (const sink of sinks) sink.write(`${next.line}\n`);
  };
  const tellKey = keyTeller(policy, secrets);
  const writeEnded = () => {
    for (let next = ended.shift(); next; next = ended.shift()) {
      write('call', callMembers(next.call, next.tell));
    }
  };
  // Before the lines that wait are written for the last time.
  process.prependListener('exit', writeEnded);
  write('start', membersOf({ policy: policy().version, ...(continues && { continues }) }));
  const writeNow = (kind: string, members: string) => {
    writeEnded();
    write(kind, members);
  };
  const timer = setInterval(() => writeNow('head', ''), HEAD_MS).unref();
  return {
    record: (call) => {
      // By the rule that was in force when it ended.
      const waiting = ended.push({ call, tell: tellKey() });
      if (isClosed) writeEnded();
      else if (waiting === 1) setImmediate(writeEnded);
    },
    mayWrite: () => !policy().audit.required || sinks.every((sink) => sink.takes()),
    policyChanged: (version) => writeNow('policy', membersOf({ policy: version })),
    close: () => {
      clearInterval(timer);
      process.off('exit', writeEnded);
      writeNow('head', membersOf({ end: true }));
      isClosed = true;
    },
  };
}
