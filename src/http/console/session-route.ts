import type { FastifyInstance } from 'fastify';
import type { Identity } from '../../access/identity.ts';
import { takesDryRun } from '../../tools/dry-run.ts';
import type { AnyTool } from '../../tools/tool.ts';

/** What is told of a caller to the caller. */
export interface SessionRoute {
  readonly version: string;
  readonly readOnly: boolean;
  /** Whether `text` of search_vectors is possible. */
  readonly embeds: boolean;
  readonly tables: readonly string[];
  readonly tools: readonly AnyTool[];
  /** With a policy: who may do what. */
  readonly policy?: {
    /** Whether somebody sees every item whole. */
    seesAll(identity: Identity | undefined): boolean;
    roleOf(identity: Identity | undefined): string | undefined;
    offers(identity: Identity | undefined, tool: AnyTool): boolean;
    mayName(identity: Identity | undefined, table: string): boolean;
  };
}

/** `GET /console/session`: who am I, what may I do, and with which tables. */
export function addSessionRoute(app: FastifyInstance, options: SessionRoute): void {
  const { version, readOnly, embeds, policy } = options;
  app.get('/console/session', async ({ principal: { name, identity } }) => ({
    version,
    principal: name,
    role: policy?.roleOf(identity) ?? null,
    has_policy: policy !== undefined,
    sees_all: policy?.seesAll(identity) ?? true,
    read_only: readOnly,
    embeds,
    tables: options.tables.filter((table) => policy?.mayName(identity, table) ?? true),
    tools: options.tools
      .filter(
        (tool) => (tool.effect === 'read' || !readOnly) && (policy?.offers(identity, tool) ?? true),
      )
      .map((tool) => ({ name: tool.name, effect: tool.effect, dry_run: takesDryRun(tool) })),
  }));
}
