import { inject } from 'vitest';
import type { Capability } from '../../src/local/engine.ts';

/** Whether the engine of the tests can do something: `test.skipIf(!engineHas('transactions'))`. */
export function engineHas(capability: Capability): boolean {
  return !inject('engine').lacks.includes(capability);
}
