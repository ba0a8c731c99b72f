import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Verification, verifyAudit } from '../access/audit/verify.ts';
import { StartError } from '../errors.ts';
import { type Command, print, UsageError } from './command.ts';

/** Finds audit lines that were removed, inserted or changed. */
export const auditVerifyCommand: Command = {
  name: 'audit verify',
  argument: 'FILE',
  summary: 'find audit lines that were removed, inserted or changed',
  run: async (_values, file) => {
    if (file === undefined) throw new UsageError('audit verify takes a file.');
    const found = await verifyFile(file);
    const told = [...found.instances.map(vouching), ...found.problems].join('\n');
    if (found.lines === 0) throw new StartError(`There are no audit lines in ${file}.`);
    if (found.problems.length > 0) throw new StartError(told);
    print(told);
  },
};

async function verifyFile(file: string): Promise<Verification> {
  try {
    const input = createReadStream(file);
    return await verifyAudit(createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }));
  } catch (error) {
    throw new StartError(`The audit cannot be read: ${file}.`, { cause: error });
  }
}

function vouching({ instance, vouchedThrough, ended }: Verification['instances'][number]): string {
  const end = ended
    ? 'and the process ended there'
    : 'and what came after the last line, if anything, is not known';
  return `${instance}: whole through sequence ${vouchedThrough}, ${end}`;
}
