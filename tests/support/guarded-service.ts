import { hashApiKey } from '../../src/http/api-keys.ts';
import type { JsonObject } from '../../src/json/parse.ts';
import { type Reply, startService, type TestService, type TestServiceOptions } from './service.ts';

/** A service with a policy, whose roles are each the role of a key of the same name. */
export interface GuardedService extends TestService {
  /** Calls a tool with the key of a role. */
  as(role: string, tool: string, body?: unknown): Promise<Reply>;
  /** Stores items as an administrator. */
  store(...items: object[]): Promise<void>;
  /** What is stored under a key. */
  stored(PK: string, SK: string): Promise<JsonObject | null>;
}

/** A role of a policy, as YAML has it. */
export type RoleText = Record<string, unknown>;

const ADMIN = { grants: [{ items: '*', tools: '*', indexes: '*' }] };

/** The key of a role. */
export function keyOfRole(role: string): string {
  return `key of ${role}`.replaceAll(' ', '-');
}

/** What else a guarded service is started with. */
export interface GuardedOptions
  extends Pick<TestServiceOptions, 'environment' | 'endpoint' | 'table'> {
  /** Members of the policy besides its roles. */
  policy?: object;
}

/** Starts a service with roles; `admin` may do everything. */
export async function startGuarded(
  roles: Record<string, RoleText>,
  { policy = {}, environment = {}, ...options }: GuardedOptions = {},
): Promise<GuardedService> {
  const all: Record<string, RoleText> = { ...roles, admin: ADMIN };
  const names = Object.keys(all);
  const text = {
    version: 1,
    principals: names.map((name) => ({ api_key: name, role: name })),
    roles: all,
    ...policy,
  };
  const service = await startService({
    ...options,
    environment: {
      API_KEYS: names.map((name) => `${name}:${hashApiKey(keyOfRole(name))}`).join(),
      ACCESS_POLICY: JSON.stringify(text),
      ACCESS_SECRET: 'a secret of thirty-two bytes or more',
      ...environment,
    },
  });
  const as = (role: string, tool: string, body: unknown = {}) =>
    service.call(tool, body, { headers: { authorization: `Bearer ${keyOfRole(role)}` } });
  return {
    ...service,
    as,
    store: async (...items) => {
      const { status, text: reply } = await as('admin', 'batch_write_item', { put: items });
      if (status !== 200) throw new Error(reply);
    },
    stored: async (PK, SK) => {
      const { body } = await as('admin', 'get_item', { key: { PK, SK }, consistent_read: true });
      return (body.item as JsonObject | undefined) ?? null;
    },
  };
}
