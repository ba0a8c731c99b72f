import { inject } from 'vitest';
import type { Capability } from '../../src/local/engine.ts';

/** Whether the engine of the tests can do something: `test.skipIf(!engineHas('transactions'))`. */
export function engineHas(capability: Capability): boolean {
  return !inject('engine').lacks.includes(capability);
}

/** Whether the engine of the tests has what a tool needs. */
export function engineServes(tool: string): boolean {
  if (tool.startsWith('transact_')) return engineHas('transactions');
  return tool !== 'search_vectors' || engineHas('vector search');
}
