import { type Identity, principalName } from './access/identity.ts';
import type { OpenAccess } from './access/open-access.ts';
import { isForDevelopment } from './config/exposure.ts';
import type { Config } from './config.ts';
import type { ConsoleOptions } from './http/console/console-routes.ts';
import { createLiveCalls, type LiveCalls } from './tools/live-calls.ts';
import type { AnyTool } from './tools/tool.ts';
import { VERSION } from './version.ts';

/** Calls for those who watch, where there is a console. */
export function liveCalls(config: Config, access: OpenAccess | undefined): LiveCalls | undefined {
  if (!(config.CONSOLE ?? isForDevelopment(config.ENVIRONMENT))) return undefined;
  const tellPlainly = (key: string) => key;
  return createLiveCalls(access?.tellKey ?? (() => tellPlainly), access === undefined);
}

/** What the console is told, by the policy in force. */
export function consoleOptions(
  config: Config,
  live: LiveCalls,
  tools: readonly AnyTool[],
  tables: readonly string[],
  access: OpenAccess | undefined,
): ConsoleOptions {
  const seesAll = (identity: Identity | undefined) => {
    const grants = (identity && access?.source.current().roleOf(identity)?.grants) ?? [];
    return tables.every((table) =>
      grants.some(
        (grant) =>
          grant.table === table && grant.tools === '*' && grant.items.size === 0 && !grant.read,
      ),
    );
  };
  return {
    live,
    version: VERSION,
    readOnly: config.READ_ONLY,
    embeds: config.EMBEDDINGS !== undefined,
    tables,
    tools,
    policy: access && {
      roleOf: access.roleName,
      // A policy that only observes hides nothing.
      seesAll: (identity) => access.source.current().mode === 'observe' || seesAll(identity),
      offers: access.control.offers,
      mayName: access.control.mayName,
    },
    mayWatch: (watcher, of) => {
      if (!access) return true;
      if (!watcher) return false;
      if (of && principalName(watcher) === principalName(of)) return true;
      return seesAll(watcher);
    },
  };
}
