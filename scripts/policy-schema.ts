import { writeFile } from 'node:fs/promises';
import { policySchemaText } from '../src/access/policy/json-schema.ts';

// The schema by which editors help to write a policy; a test holds that it is up to date.
await writeFile('docs/access-policy.schema.json', policySchemaText());
