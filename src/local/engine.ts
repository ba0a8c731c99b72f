/** The engines that can stand for DynamoDB on this machine. */
export const ENGINE_NAMES = ['dynoxide', 'dynalite'] as const;

export type EngineName = (typeof ENGINE_NAMES)[number];

/** What DynamoDB can do and an engine may not. */
export type Capability =
  | 'transactions'
  | 'vector search'
  | 'items of failed conditions'
  | 'time to live'
  | 'comparing lists and maps';

/** An engine, and what it cannot do, in words for a log line. */
export interface Engine {
  readonly name: EngineName;
  readonly lacks: readonly Capability[];
}

export const ENGINES: Readonly<Record<EngineName, Engine>> = {
  dynoxide: { name: 'dynoxide', lacks: [] },
  dynalite: {
    name: 'dynalite',
    lacks: [
      'transactions',
      'vector search',
      'items of failed conditions',
      'time to live',
      'comparing lists and maps',
    ],
  },
};

/** An engine that answers on a loopback address. */
export interface RunningEngine {
  readonly endpoint: string;
  close(): Promise<void>;
}
