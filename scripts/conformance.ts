import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startConformanceServer } from '../tests/conformance/server.ts';

// Runs the official MCP conformance suite for both revisions against the production endpoint.

const REVISIONS = [
  { revision: '2026-07-28' },
  { revision: '2025-11-25', baseline: 'tests/conformance/expected-failures-2025-11-25.yaml' },
];

const output = await mkdtemp(path.join(tmpdir(), 'conformance-'));
const server = await startConformanceServer();
let failed = false;
for (const { revision, baseline } of REVISIONS) {
  const suite = spawn(
    'conformance',
    [
      ...['server', '--url', server.url, '--requirements', revision],
      ...['-o', path.join(output, revision)],
      ...(baseline ? ['--expected-failures', baseline] : []),
    ],
    { stdio: 'inherit' },
  );
  const [code] = await once(suite, 'exit');
  failed ||= code !== 0;
}
await server.close();
await rm(output, { recursive: true });
process.exitCode = failed ? 1 : 0;
