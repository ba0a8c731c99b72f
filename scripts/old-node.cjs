// What the bundle does where Node is older than 24, in a syntax that any Node reads: it hands over to
// the Node 24 of this project's node_modules, or says why the service does not start. Over stdio the
// client shows what answers its first message, and not what is on stderr.
const { spawn } = require('node:child_process');
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const isWindows = process.platform === 'win32';
const newer = join(__dirname, '../node_modules/node/bin', isWindows ? 'node.exe' : 'node');
const why = `dynamodb-mcp-server needs Node.js 24 or newer, and this is ${process.version}. Install it, or let npm bring it: add -p node@24 to npx, as docs/install.md says.`;

const handOver = () => {
  const service = spawn(newer, process.argv.slice(1), { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => service.kill(signal));
  }
  service.on('exit', (code) => process.exit(code ?? 1));
};

const answer = (line) => {
  const { id = null } = JSON.parse(line);
  const error = { code: -32603, message: why };
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, error })}\n`);
  process.stdin.destroy();
};

const refuse = () => {
  process.exitCode = 1;
  process.stderr.write(`${why}\n`);
  if (process.argv[2] !== 'stdio') return;
  require('node:readline').createInterface({ input: process.stdin }).once('line', answer);
};

if (existsSync(newer)) handOver();
else refuse();
