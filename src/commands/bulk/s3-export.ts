import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { StartError } from '../../errors.ts';
import { parseJsonObject } from '../../json/parse.ts';

const MANIFEST = 'manifest-files.json';
const SUMMARY = 'manifest-summary.json';

/** The files of a full export of DynamoDB to S3, in the order of its manifest; throws StartError where one is missing. */
export function filesOfS3Export(folder: string): string[] {
  const manifest = path.join(folder, MANIFEST);
  if (!existsSync(manifest)) {
    throw new StartError(
      `The folder ${folder} is not a DynamoDB export to S3: it has no ${MANIFEST}.`,
    );
  }
  const { exportType } = readJson(path.join(folder, SUMMARY));
  if (exportType === 'INCREMENTAL_EXPORT') {
    throw new StartError('An incremental export contains changes, not items to import.');
  }
  const files = readFileSync(manifest, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => String(parseJsonObject(line).dataFileS3Key))
    .map((key) => path.join(folder, 'data', path.posix.basename(key)));
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length > 0) {
    throw new StartError(`${missing.length} files of the export are missing, as ${missing[0]}.`);
  }
  return files;
}

function readJson(file: string) {
  return existsSync(file) ? parseJsonObject(readFileSync(file, 'utf8')) : {};
}
