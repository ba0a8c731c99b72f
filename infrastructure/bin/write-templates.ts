import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { synthesize } from '../lib/templates.ts';

const FOLDER = path.join(import.meta.dirname, '../cloudformation');

mkdirSync(FOLDER, { recursive: true });
for (const [file, text] of synthesize()) writeFileSync(path.join(FOLDER, file), text);
