import { createLogger } from '../../src/observability/logger.ts';
import { exitOnDefects } from '../../src/shutdown.ts';

// Logs as many lines as it is told, and ends as it is told.
const [lines, end] = process.argv.slice(2);
const log = createLogger({ level: 'info', environment: 'test' });
exitOnDefects(log);
for (let line = 1; line <= Number(lines); line++) log.info({ line }, 'x'.repeat(200));
if (end === 'exit') process.exit(3);
if (end === 'throw') throw new Error('unexpected');
if (end === 'later') setTimeout(() => process.exit(3), 3);
