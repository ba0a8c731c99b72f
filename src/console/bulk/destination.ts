/** Where lines go: a file, or memory. */
export interface Destination {
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

interface FilePicker {
  showSaveFilePicker(options: { suggestedName: string }): Promise<{
    createWritable(): Promise<Destination>;
  }>;
}

/**
 * A file on the disk where the browser can write one, else one that is downloaded in the end;
 * undefined where somebody would rather have none.
 */
export async function openFile(suggestedName: string): Promise<Destination | undefined> {
  if ('showSaveFilePicker' in window) {
    const picker = window as unknown as FilePicker;
    // What else can go wrong here is that nothing is picked.
    const file = await picker.showSaveFilePicker({ suggestedName }).catch(() => undefined);
    return file?.createWritable();
  }
  const parts: string[] = [];
  return {
    write: async (text) => void parts.push(text),
    close: async () => download(suggestedName, parts),
  };
}

const STAYS_MS = 60_000;

/** Downloads a text as a file. */
export function download(name: string, parts: string[]): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(parts, { type: 'application/x-ndjson' }));
  link.download = name;
  link.click();
  // Some browsers begin to read it only later.
  setTimeout(() => URL.revokeObjectURL(link.href), STAYS_MS);
}
