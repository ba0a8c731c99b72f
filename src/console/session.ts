import { askJson } from './service.ts';

/** A tool that may be used here. */
export interface OfferedTool {
  name: string;
  effect: 'read' | 'write' | 'destructive';
  /** Whether it can be asked what it would do. */
  dry_run: boolean;
}

/** What the service tells of whoever uses the page. */
export interface Session {
  version: string;
  principal: string;
  role: string | null;
  has_policy: boolean;
  /** Whether every item is seen whole, so that the size of the table tells what a page costs. */
  sees_all: boolean;
  read_only: boolean;
  embeds: boolean;
  tables: string[];
  tools: OfferedTool[];
}

/** Who am I, and what may I do; throws ServiceFailure. */
export async function readSession(): Promise<Session> {
  const { read } = await askJson('/console/session');
  return read as unknown as Session;
}

/** Whether a tool may be used here. */
export function mayUse({ tools }: Session, name: string): boolean {
  return tools.some((tool) => tool.name === name);
}
