import type { Logger } from 'pino';
import { StartError } from '../../errors.ts';
import { versionOf } from './compile.ts';
import type { CompiledPolicy } from './compiled.ts';
import { fileSignature } from './policy-file.ts';

const POLL_MS = 3_000;

/** The policy that is in force. */
export interface PolicySource {
  current(): CompiledPolicy;
  /** Loads it again; true if another one is in force now. A bad one is refused, and the old one stays. */
  reload(): boolean;
  /** Loads it again if the file has changed and is no longer changing. */
  poll(): Promise<void>;
  /** Tells about each policy that comes into force from now on. */
  onChange(listener: (policy: CompiledPolicy) => void): void;
  /** Listens to the signal and to the file no longer. */
  close(): void;
}

/** Where a policy comes from. */
export interface PolicyOrigin {
  /** The file that is watched; undefined where nothing can change. */
  readonly file: string | undefined;
  /** Its text; throws StartError where there is none. */
  read(): string;
  /** Throws StartError with all problems of a bad one. */
  compile(text: string): CompiledPolicy;
}

/**
 * Opens a policy and keeps it up to date: on SIGHUP, and when its file changes. Files are looked at
 * every few seconds, because mounted secrets are swapped by links that no watcher tells of.
 */
export function openSource(origin: PolicyOrigin, log: Logger): PolicySource {
  const text = origin.read();
  let policy = origin.compile(text);
  let tried = versionOf(text);
  const listeners: ((policy: CompiledPolicy) => void)[] = [];
  announce(policy, log);

  const reload = (): boolean => {
    try {
      const next = origin.read();
      if (versionOf(next) === tried) return false;
      tried = versionOf(next);
      policy = origin.compile(next);
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      const fields = { policy: policy.version, problems: error.message.split('\n') };
      log.error(fields, 'A changed policy was refused; the one before it stays in force');
      return false;
    }
    announce(policy, log);
    for (const listener of listeners) listener(policy);
    return true;
  };

  const poll = createPoll(origin.file, reload);
  const stop = origin.file === undefined ? () => {} : keepLooking(reload, poll, log);
  return {
    current: () => policy,
    reload,
    poll,
    onChange: (listener) => void listeners.push(listener),
    close: stop,
  };
}

/** Loads a file once it was the same for two looks: what is being written may be valid and half. */
function createPoll(file: string | undefined, reload: () => boolean): () => Promise<void> {
  if (file === undefined) return () => Promise.resolve();
  let loaded: string | undefined;
  let seen: string | undefined;
  return async () => {
    const signature = await fileSignature(file);
    const isSettled = signature === seen;
    seen = signature;
    if (!isSettled || signature === loaded) return;
    loaded = signature;
    reload();
  };
}

function keepLooking(reload: () => boolean, poll: () => Promise<void>, log: Logger): () => void {
  const onSignal = () => {
    if (!reload()) log.info('SIGHUP: the policy in force stays');
  };
  const timer = setInterval(() => {
    poll().catch((error: unknown) =>
      log.error({ err: error }, 'The policy could not be looked at'),
    );
  }, POLL_MS).unref();
  process.on('SIGHUP', onSignal);
  return () => {
    clearInterval(timer);
    process.off('SIGHUP', onSignal);
  };
}

function announce(policy: CompiledPolicy, log: Logger): void {
  const { version, mode, roles } = policy;
  log.info({ policy: version, mode, roles: [...roles.keys()] }, 'A policy is in force');
  for (const { place, line, message } of policy.warnings) {
    log.warn({ policy: version, place, line }, `The policy: ${place}: ${message}`);
  }
}
