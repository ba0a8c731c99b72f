import { readFileSync } from 'node:fs';

/** What stands before everything else in the bundle, and is read by any Node. */
export function bundleHead(): string {
  return [
    "if (Number(process.versions.node.split('.')[0]) < 24) {",
    readFileSync('scripts/old-node.cjs', 'utf8'),
    '  return;',
    '}',
    "const bundleUrl = require('node:url').pathToFileURL(__filename).href;",
  ].join('\n');
}
