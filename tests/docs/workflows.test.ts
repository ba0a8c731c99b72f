import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}

interface Job {
  'timeout-minutes'?: number;
  permissions?: Record<string, string>;
  /** A workflow of this repository in the place of steps. */
  uses?: string;
  with?: Record<string, unknown>;
  steps?: Step[];
}

interface Workflow {
  permissions?: Record<string, string>;
  jobs: Record<string, Job>;
}

const FOLDER = path.join(import.meta.dirname, '../../.github/workflows');
const WORKFLOWS = readdirSync(FOLDER).map((file) => {
  const text = readFileSync(path.join(FOLDER, file), 'utf8');
  return { file, text, workflow: parse(text) as Workflow };
});

/** By release or by commit; a commit says which release it is. */
const LOCAL = /^\.\/\.github\/workflows\/[\w-]+\.yml$/;
const PINNED = /^[\w-]+\/[\w.-]+@(?:v\d+\.\d+\.\d+|[0-9a-f]{40} # v\d+\.\d+\.\d+)$/;

/** Secrets that a workflow may read. AWS is entered by OpenID Connect, so there are none. */
const SECRETS: string[] = [];

const jobs = ({ workflow }: (typeof WORKFLOWS)[number]) => Object.values(workflow.jobs);
const steps = (entry: (typeof WORKFLOWS)[number]) => jobs(entry).flatMap(({ steps = [] }) => steps);

describe.each(WORKFLOWS)('$file', (entry) => {
  test('pins every action to an exact release', () => {
    const used = [...entry.text.matchAll(/^\s*(?:- )?uses: (.*)$/gm)]
      .map(([, action = '']) => action)
      .filter((action) => !LOCAL.test(action));

    expect(used).toHaveLength(steps(entry).filter(({ uses }) => uses !== undefined).length);
    expect(used.filter((action = '') => !PINNED.test(action))).toEqual([]);
  });

  test('may only read, and writes nothing but the token for AWS', () => {
    const granted = jobs(entry).flatMap(({ permissions = {} }) => Object.entries(permissions));

    expect(entry.workflow.permissions).toEqual({ contents: 'read' });
    expect(granted.filter(([scope, access]) => access !== 'read' && scope !== 'id-token')).toEqual(
      [],
    );
  });

  test('reads no secrets but those named here', () => {
    const read = [...entry.text.matchAll(/\bsecrets\b[.[\s:]*([\w'"-]*)/g)].map(([, name]) => name);

    expect(read.filter((name = '') => !SECRETS.includes(name))).toEqual([]);
  });

  test('ends every job in time and leaves no token in the checkout', () => {
    const checkouts = steps(entry).filter(({ uses }) => uses?.startsWith('actions/checkout@'));

    expect(jobs(entry).filter((job) => !job['timeout-minutes'] && !job.uses)).toEqual([]);
    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
  });

  test('gives values to scripts as variables, never as text of the script', () => {
    expect(steps(entry).filter(({ run }) => run?.includes('${{'))).toEqual([]);
  });
});

test.each(['ci.yml', 'release.yml'])('%s runs every check', (name) => {
  const [entry] = WORKFLOWS.filter(({ file }) => file === name);

  expect(entry && steps(entry).map(({ run }) => run)).toContain('.ci/run');
});

test('one action has one version', () => {
  const versions = new Map<string, Set<string>>();
  for (const [, action = '', version = ''] of WORKFLOWS.flatMap(({ text }) => [
    ...text.matchAll(/uses: ([\w/-]+)@(.*)$/gm),
  ])) {
    versions.set(action, (versions.get(action) ?? new Set()).add(version));
  }

  expect([...versions].filter(([, found]) => found.size > 1)).toEqual([]);
});

const DEPLOY = './.github/workflows/deploy.yml';

describe('release.yml', () => {
  const { workflow, text } = WORKFLOWS.find(({ file }) => file === 'release.yml') ?? {
    text: '',
    workflow: undefined,
  };

  test('starts at a version tag, one at a time: staging, what would change, production', () => {
    expect(parse(text)).toMatchObject({
      on: { push: { tags: ['v*'] } },
      concurrency: { 'cancel-in-progress': false },
      jobs: {
        publish: { needs: 'check' },
        staging: { needs: 'publish', uses: DEPLOY, with: { stage: 'staging' } },
        preview: { needs: ['publish', 'staging'] },
        production: { needs: ['publish', 'preview'], uses: DEPLOY, with: { stage: 'production' } },
      },
    });
  });

  test('publishes for both processors with provenance and SBOM', () => {
    const build = workflow?.jobs.publish?.steps?.find(({ uses }) =>
      uses?.startsWith('docker/build-push-action@'),
    );

    expect(build?.with).toMatchObject({
      platforms: 'linux/amd64,linux/arm64',
      provenance: 'mode=max',
      sbom: true,
      push: true,
    });
  });

  test('what would change is shown and not executed, by a role that cannot execute it', () => {
    const [show] = workflow?.jobs.preview?.steps?.filter(({ run }) => run?.includes('cdk')) ?? [];

    expect(show?.run).toContain('cdk -- diff');
    expect(show?.run).toContain('--method change-set');
    expect(JSON.stringify(workflow?.jobs.preview)).not.toMatch(/DEPLOY_ROLE|cdk -- deploy/);
  });
});

describe('deploy.yml', () => {
  const { workflow } = WORKFLOWS.find(({ file }) => file === 'deploy.yml') ?? {};
  const job = workflow?.jobs.deploy;
  const runs = job?.steps?.flatMap(({ run = [] }) => run) ?? [];

  test('deploys in the environment of the stage, whose reviewers are asked first', () => {
    expect(job).toMatchObject({ environment: expect.stringContaining('inputs.stage') });
  });

  test('ends with a call that reads the table', () => {
    expect(runs.findIndex((run) => run.includes('cdk -- deploy'))).toBeGreaterThan(-1);
    expect(runs.at(-1)).toMatch(/^infrastructure\/scripts\/check-service "\$\{PREFIX\}Service"$/);
  });
});
