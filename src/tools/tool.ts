import type { z } from 'zod';
import type { Identity } from '../access/identity.ts';
import type { Call } from '../dynamodb/calls/call.ts';
import type { Gateway } from '../dynamodb/gateway.ts';
import type { Embed } from '../embeddings/embed.ts';

/** On whose behalf a tool runs. */
export interface Principal {
  /** The name of the API key, or `anonymous` where none is asked for. */
  readonly name: string;
  /** Whose share of the service's bounds its calls take: its own, or that of an address. */
  readonly share: string;
  /** How authentication knows it; undefined for `anonymous`. */
  readonly identity?: Identity;
}

/** What a tool gets besides its input: the table, and the call with its deadline and log. */
export interface ToolContext {
  readonly gateway: Gateway;
  readonly call: Call;
  /** Makes vectors of texts; undefined where no embeddings are configured. */
  readonly embed: Embed | undefined;
  /** What the operator wrote about the table. */
  readonly guide: string | undefined;
}

/**
 * What a tool does to stored data: `read` nothing; `write` adds to it or changes what is named;
 * `destructive` can lose a whole item.
 */
export type Effect = 'read' | 'write' | 'destructive';

/** The inputs that tools can need, in bytes of JSON: keys, an item of 400 KB escaped, many keys. */
export const INPUT_BYTES = {
  key: 262_144,
  item: 4_194_304,
  keys: 8_388_608,
  items: 67_108_864,
} as const;

/** A call of a tool as it goes over the wire. */
export interface Example {
  summary: string;
  request: Record<string, unknown>;
}

/** A tool is data plus one function; transports, OpenAPI and documents are made from it. */
export interface Tool<
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType<object> = z.ZodType<object>,
> {
  readonly name: string;
  readonly title: string;
  /** For somebody, or a model, who decides whether to use this tool. */
  readonly description: string;
  readonly effect: Effect;
  /** Whether a second call with the same input changes nothing more. */
  readonly idempotent: boolean;
  /** Whether an idempotency key makes a write of it one that can be repeated. */
  readonly takesIdempotencyKey?: boolean;
  /** Whether it is of use only on tables that have one. */
  readonly needsVectorIndex?: boolean;
  /** Bytes of JSON that an input of this tool can need. */
  readonly maxInputBytes: number;
  readonly input: Input;
  readonly output: Output;
  readonly examples: readonly [Example, ...Example[]];
  run(input: z.output<Input>, context: ToolContext): Promise<z.input<Output>>;
}

/** A tool whose input is checked by its own schema before it runs. */
export type AnyTool = Omit<Tool, 'run'> & {
  run(input: never, context: ToolContext): Promise<object>;
};

/** Ties the types of `run` to the schemas. */
export function defineTool<Input extends z.ZodType, Output extends z.ZodType<object>>(
  tool: Tool<Input, Output>,
): Tool<Input, Output> {
  return tool;
}
