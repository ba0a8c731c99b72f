import { type Estimate, importEstimate } from '../cost.ts';

/** What of a file is looked into. */
const SAMPLED_BYTES = 262_144;
const LINE_END = 10;

/** What importing a file costs, from the size of its first lines; undefined where it is compressed. */
export async function estimateOf(file: File): Promise<Estimate | undefined> {
  if (file.name.endsWith('.gz')) return undefined;
  const sample = new Uint8Array(await file.slice(0, SAMPLED_BYTES).arrayBuffer());
  const lines = Math.max(1, sample.filter((byte) => byte === LINE_END).length);
  const bytes = sample.length / lines;
  return importEstimate(Math.round(file.size / bytes), bytes);
}
