import { readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import { StartError } from '../errors.ts';

/** What begins a text, and what reads it. */
const ENCODINGS: [mark: number[], encoding: string][] = [
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/** The variables in a file of the environment; none where there is no file. */
export function readEnvFile(file: string): Record<string, string> {
  const bytes = readBytes(file);
  if (!bytes) return {};
  const [, encoding = 'utf-8'] =
    ENCODINGS.find(([mark]) => mark.every((byte, index) => bytes[index] === byte)) ?? [];
  const text = new TextDecoder(encoding).decode(bytes);
  if (text.includes('\0')) {
    const why = 'it is not text in UTF-8, nor in UTF-16 with a mark';
    throw new StartError(`${file} cannot be read: ${why}. Save it as UTF-8.`);
  }
  refuseLost(text, file);
  return parse(text);
}

/** A line that sets nothing, such as `READ_ONLY true`, would be a setting lost without a word. */
function refuseLost(text: string, file: string): void {
  const [name] = /^[A-Z][A-Z0-9_]*(?=[ \t]+[^\s=:])/m.exec(text) ?? [];
  if (name !== undefined) {
    throw new StartError(`${file} has a line that sets nothing: write ${name}=… there.`);
  }
}

function readBytes(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    const why = { EACCES: 'this user may not', EISDIR: 'it is a folder' }[code ?? ''] ?? code;
    throw new StartError(`${file} cannot be read: ${why}.`, { cause: error });
  }
}
