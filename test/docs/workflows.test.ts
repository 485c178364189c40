import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const folder = new URL('../../.github/workflows/', import.meta.url);
const workflows = readdirSync(folder).map((name) => ({
  name,
  lines: readFileSync(new URL(name, folder), 'utf8').split(/\r?\n/),
}));

/** The lines of each job by name; job names are indented by two spaces below `jobs:`. */
function jobsOf(lines: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const jobs = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of lines.slice(lines.indexOf('jobs:') + 1)) {
    const name = /^ {2}(\w+):$/.exec(line)?.[1];
    if (name !== undefined) jobs.set(name, (current = []));
    else current.push(line);
  }
  return jobs;
}

/** The permissions of a job, such as `contents: read`. */
function permissionsOf(job: readonly string[]): readonly string[] {
  const below = job.slice(job.indexOf('    permissions:') + 1);
  const end = below.findIndex((line) => !line.startsWith('      '));
  return below.slice(0, end < 0 ? undefined : end).map((line) => line.replace(/#.*/, '').trim());
}

test('has workflows for checks, for other systems, for releases, and for the newest app templates on a schedule', () => {
  expect(workflows.map(({ name }) => name)).toEqual([
    'ci.yml',
    'platforms.yml',
    'release.yml',
    'templates.yml',
  ]);
  const templates = workflows.find(({ name }) => name === 'templates.yml')?.lines ?? [];
  expect(templates).toContain('  schedule:');
  expect(templates).toContain('      - run: npx pnpm templates:update');
});

test('builds and runs the unit and React tests on macOS and Windows, which docs/support.md lists with the workflow', () => {
  const lines = workflows.find(({ name }) => name === 'platforms.yml')?.lines ?? [];
  const [, runners = ''] = /^ {8}runner: \[(.+)\]$/m.exec(lines.join('\n')) ?? [];
  expect(runners.split(', ')).toEqual(['macos-15', 'windows-2025']);
  const steps = lines.filter((line) => line.startsWith('      - run: '));
  expect(steps.map((line) => line.slice('      - run: '.length))).toEqual([
    'npm run build',
    'npx pnpm test:unit',
  ]);
  const page = readFileSync(new URL('../../docs/support.md', folder), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('|'));
  for (const runner of runners.split(', ')) {
    const row = rows.find((line) => line.includes(`\`${runner}\``));
    expect(row).toContain('not yet run');
    expect(row).toContain('.github/workflows/platforms.yml');
  }
});

test('checks out with line feeds on every system', () => {
  const attributes = readFileSync(new URL('../../.gitattributes', folder), 'utf8');
  expect(attributes.split('\n')).toContain('* text=auto eol=lf');
});

describe.each(workflows)('$name', ({ lines }) => {
  const jobs = jobsOf(lines);

  test('pins every action to a full commit, with its version in a comment', () => {
    const uses = lines.filter((line) => /\buses:/.test(line) && !line.includes('uses: ./.github/'));
    const pinned = /uses: [\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
    expect(uses.filter((line) => !pinned.test(line))).toEqual([]);
  });

  test('runs on pinned versions of its systems', () => {
    const runners = lines.flatMap((line) => {
      const [, list] = /^ +(?:runs-on|runner): \[?([^\]$]+)\]?$/.exec(line) ?? [];
      return list?.split(', ') ?? [];
    });
    expect(
      runners.filter((runner) => !/^(?:ubuntu-\d\d\.\d\d|macos-\d\d|windows-\d{4})$/.test(runner)),
    ).toEqual([]);
  });

  test('has no permissions by default; each job declares its permissions and its timeout', () => {
    expect(lines).toContain('permissions: {}');
    expect(jobs.size).toBeGreaterThan(0);
    for (const job of jobs.values()) {
      expect(job).toContain('    permissions:');
      const isCall = job.some((line) => line.startsWith('    uses: '));
      expect(isCall || job.some((line) => line.startsWith('    timeout-minutes: '))).toBe(true);
    }
  });

  test('installs nothing in jobs that can publish or write, except for the version pull request', () => {
    const writeJobs = [...jobs].filter(([, job]) =>
      permissionsOf(job).some((line) => line.endsWith('write')),
    );
    const installJobs = writeJobs.filter(([, job]) => job.some((line) => /\binstall\b/.test(line)));
    expect(installJobs.map(([name]) => name).filter((name) => name !== 'version')).toEqual([]);
  });

  test('keeps no checkout credentials and interpolates no expressions into shell commands', () => {
    const text = lines.join('\n');
    const checkouts = text.split('actions/checkout@').slice(1);
    expect(
      checkouts.filter((rest) => !/^\S+ # \S+\n +with:\n +persist-credentials: false\n/.test(rest)),
    ).toEqual([]);
    const shell = text.split(/\n +run: /).slice(1);
    expect(
      shell.map((rest) => rest.split(/\n {6}- |\n {2}\w/)[0]).filter((run) => run?.includes('${{')),
    ).toEqual([]);
  });
});

test('grants an identity token only to the job that publishes', () => {
  const all = workflows.flatMap(({ lines }) => [...jobsOf(lines)]);
  const identityJobs = all.filter(([, job]) => permissionsOf(job).includes('id-token: write'));
  expect(identityJobs.map(([name]) => name)).toEqual(['publish']);
});

test('publishes every package after the packages it depends on', () => {
  const text = workflows.find(({ name }) => name === 'release.yml')?.lines.join('\n') ?? '';
  const order = /for name in ([\w ]+); do/.exec(text)?.[1]?.split(' ') ?? [];
  const packages = new URL('../../packages/', import.meta.url);
  expect([...order].sort()).toEqual(readdirSync(packages).sort());
  for (const [index, name] of order.entries()) {
    const manifest = readFileSync(new URL(`${name}/package.json`, packages), 'utf8');
    const needs = [...manifest.matchAll(/"@realtime-session\/(\w+)": "workspace:/g)].map(
      ([, need]) => need ?? '',
    );
    expect(needs.filter((need) => order.indexOf(need) >= index)).toEqual([]);
  }
});

test('packs with the dry run of the release, and publishes what it wrote', () => {
  const { lines = [] } = workflows.find(({ name }) => name === 'release.yml') ?? {};
  const jobs = jobsOf(lines);
  expect(jobs.get('pack')?.join('\n')).toContain('npx pnpm release --dry-run --out release\n');
  expect(jobs.get('publish')?.join('\n')).toContain('npm publish "./release/');
  expect(jobs.get('announce')?.join('\n')).toContain('--notes-file release/notes.md');
});

test('the steps of the owner name the repository, the workflow and the environment that npm has to trust', () => {
  const page = readFileSync(new URL('../../RELEASING.md', import.meta.url), 'utf8');
  const [, options = ''] = /npm@[\d.]+ trust github \S+ (.+?) --allow-publish/.exec(page) ?? [];
  const { lines = [] } = workflows.find(({ name }) => name === 'release.yml') ?? {};
  const publish = jobsOf(lines).get('publish') ?? [];
  const [, environment] = /environment: (\w+)/.exec(publish.join('\n')) ?? [];
  const [, repository] = /github\.repository == '([^']+)'/.exec(lines.join('\n')) ?? [];
  expect(options).toBe(`--repo ${String(repository)} --file release.yml --env ${String(environment)}`);
  expect(page.match(/^\d\. /gm)).toHaveLength(5);
});
