#!/usr/bin/env node
import { spawn } from 'node:child_process';

// npm scripts begin with exec, so that a signal to npm reaches the service and not a shell before it.
// POSIX shells have exec themselves; the command line of Windows finds this one.

const [command, ...rest] = process.argv.slice(2);
const child = spawn(command === 'node' ? process.execPath : command, rest, { stdio: 'inherit' });
process.on('SIGINT', () => {});
child.on('exit', (code) => process.exit(code ?? 1));
