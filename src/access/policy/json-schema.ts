import { z } from 'zod';
import { POLICY } from './shape/policy.ts';

/** The JSON Schema of policy files, by which editors complete and check them. */
export function policySchemaText(): string {
  const schema = z.toJSONSchema(POLICY, { io: 'input', unrepresentable: 'any' });
  return `${JSON.stringify({ ...schema, title: 'Access policy' }, null, 2)}\n`;
}
