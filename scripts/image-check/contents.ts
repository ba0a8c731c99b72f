import { readdir, readFile } from 'node:fs/promises';
import { ENVIRONMENT } from '../../src/config.ts';
import type { Run } from './containers.ts';
import type { Docker } from './docker.ts';
import { applicationFiles, type LayerFile } from './layers.ts';
import type { Report } from './report.ts';

const MOST_BYTES = 12_000_000;
const FILES = [
  'DYNAMODB_SCHEMA.md',
  'THIRD-PARTY-LICENSES.txt',
  'cli.js',
  'cli.js.map',
  'package.json',
];
/** The console, whose files are its build's to name. */
const CONSOLE = /^app\/console(?:\/[\w.-]+)?$/;

/** Checks what is inside the image, and what is not. */
export async function checkContents(docker: Docker, run: Run, report: Report): Promise<void> {
  const files = await applicationFiles(docker, run);
  await report.check('nothing but the bundle is inside', async () => onlyTheBundle(files));
  await report.check('the application is below 12 MB', async () => smallEnough(files));
  await report.check('the bundle has only packages that the source needs', () =>
    noOtherPackages(files),
  );
  await report.check('the image names a user without rights', () => unprivilegedUser(docker, run));
  await report.check('the image brings no settings', () => noSettings(docker, run));
}

/** No node_modules, npm cache, .env or other source: the files are known by name. */
function onlyTheBundle(files: LayerFile[]): string {
  const expected = FILES.map((name) => `app/${name}`);
  const found = files.map(({ name }) => name);
  const wrong = [
    ...found
      .filter((name) => !expected.includes(name) && !CONSOLE.test(name))
      .map((name) => `unexpected ${name}`),
    ...expected.filter((name) => !found.includes(name)).map((name) => `missing ${name}`),
  ];
  if (wrong.length > 0) throw new Error(summarize(wrong));
  return found.sort().join(', ');
}

function smallEnough(files: LayerFile[]): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const megabytes = `${(bytes / 1e6).toFixed(1)} MB`;
  if (bytes >= MOST_BYTES) throw new Error(megabytes);
  return megabytes;
}

/** Every package that the bundle names in its licences is one that src imports, or that those need. */
async function noOtherPackages(files: LayerFile[]): Promise<string> {
  const licences = files.find(({ name }) => name === 'app/THIRD-PARTY-LICENSES.txt');
  if (!licences) throw new Error('there are no licences');
  const text = await readFile(licences.copy, 'utf8');
  const found = [...text.matchAll(/(?:^|\n-{80}\n\n)(\S+) \S+ \(/g)].map(([, name = '']) => name);
  const needed = await neededPackages();
  const wrong = found.filter((name) => !needed.has(name));
  if (found.length === 0 || wrong.length > 0) throw new Error(summarize(wrong));
  return `${found.length} packages`;
}

interface Lockfile {
  packages: Record<string, { dependencies?: object; peerDependencies?: object }>;
}

/** The packages that src imports, with what they depend on by the lockfile. */
async function neededPackages(): Promise<Set<string>> {
  const { packages } = JSON.parse(await readFile('package-lock.json', 'utf8')) as Lockfile;
  const needed = new Set(await importedPackages());
  for (const name of needed) {
    const { dependencies, peerDependencies } = packages[`node_modules/${name}`] ?? {};
    for (const other of Object.keys({ ...dependencies, ...peerDependencies })) needed.add(other);
  }
  return needed;
}

async function importedPackages(): Promise<string[]> {
  const sources = await readdir('src', { recursive: true });
  const texts = await Promise.all(
    sources.filter((file) => file.endsWith('.ts')).map((file) => readFile(`src/${file}`, 'utf8')),
  );
  const imports = /(?:from |import\()'((?:@[^/']+\/)?[^/'.]+)/g;
  return texts.flatMap((text) => [...text.matchAll(imports)].map(([, name = '']) => name));
}

async function unprivilegedUser(docker: Docker, { image }: Run): Promise<string> {
  const user = await docker('image', 'inspect', '--format={{.Config.User}}', image);
  if (user !== '1000') throw new Error(`"${user}"`);
  return user;
}

/** Settings, credentials above all, come from where the container runs. */
async function noSettings(docker: Docker, { image }: Run): Promise<string> {
  const json = await docker('image', 'inspect', '--format={{json .Config.Env}}', image);
  const names = (JSON.parse(json) as string[]).map((entry) => entry.replace(/=.*/s, ''));
  const settings = names.filter((name) => name in ENVIRONMENT.shape);
  if (settings.length > 0) throw new Error(settings.join(', '));
  return `only ${names.join(', ')}`;
}

function summarize(names: string[]): string {
  const more = names.length - 10;
  return names.slice(0, 10).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
