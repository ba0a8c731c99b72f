import { existsSync, readFileSync } from 'node:fs';

// Beside the bundle, or where a checkout has it.
const PLACES = ['./DYNAMODB_SCHEMA.md', '../../infrastructure/DYNAMODB_SCHEMA.md'];

/** How the single-table design uses keys and indexes, as Markdown; read once. */
export function readSchemaDocument(): string {
  const place = PLACES.map((path) => new URL(path, import.meta.url)).find((url) => existsSync(url));
  return place ? readFileSync(place, 'utf8') : 'No schema document was installed.';
}
