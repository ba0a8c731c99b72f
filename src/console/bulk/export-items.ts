import { isJsonObject, type JsonObject, parseJson } from '../../json/parse.ts';
import { linesOf } from '../lines.ts';
import { headers, ServiceFailure } from '../service.ts';

/** How far an export is. */
export interface Exported {
  items: number;
  isComplete: boolean;
}

/** Where the lines go: a file, or memory. */
interface Destination {
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

/** Exports a table into a file that somebody chooses; throws ServiceFailure where it breaks. */
export async function exportTable(
  table: string,
  told: (exported: Exported) => void,
  signal: AbortSignal,
): Promise<void> {
  const destination = await openFile(`${table}.jsonl`);
  let items = 0;
  try {
    const asked = new URLSearchParams({ table, format: 'jsonl' });
    const reply = await fetch(`/bulk/export?${asked}`, { headers: headers(), signal });
    if (!reply.ok || !reply.body) throw failureIn(await reply.json());
    for await (const line of linesOf(reply.body)) {
      if (line === '') continue;
      await destination.write(`${line}\n`);
      const { page, end, error } = controlLine(line);
      if (isJsonObject(error)) throw failureIn(error);
      if (isJsonObject(page)) items += Number(page.items ?? 0);
      if (isJsonObject(page) || end) told({ items, isComplete: end !== undefined });
      if (end) return;
    }
    throw new ServiceFailure('Incomplete', 'The export ended before its last line.');
  } finally {
    await destination.close();
  }
}

/** What a line says that is no item. */
function controlLine(line: string): JsonObject {
  return line.startsWith('{"item"') ? {} : (parseJson(line) as JsonObject);
}

/** Why something failed, as a reply or a last line says it. */
export function failureIn({ code, error }: JsonObject): ServiceFailure {
  return new ServiceFailure(String(code), String(error));
}

interface FilePicker {
  showSaveFilePicker(options: { suggestedName: string }): Promise<{
    createWritable(): Promise<Destination>;
  }>;
}

/** A file on the disk where the browser can write one, else one that is downloaded in the end. */
async function openFile(suggestedName: string): Promise<Destination> {
  if ('showSaveFilePicker' in window && !navigator.webdriver) {
    const file = await (window as unknown as FilePicker).showSaveFilePicker({ suggestedName });
    return file.createWritable();
  }
  const parts: string[] = [];
  return {
    write: async (text) => void parts.push(text),
    close: async () => download(suggestedName, parts),
  };
}

/** Downloads a text as a file. */
export function download(name: string, parts: string[]): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(parts, { type: 'application/x-ndjson' }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
