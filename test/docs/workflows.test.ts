import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const folder = new URL('../../.github/workflows/', import.meta.url);
const workflows = readdirSync(folder).map((name) => ({
  name,
  lines: readFileSync(new URL(name, folder), 'utf8').split('\n'),
}));

/** The lines of each job, by its name: they are indented by two below `jobs:`. */
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

/** What a job may do, such as `contents: read`. */
function permissionsOf(job: readonly string[]): readonly string[] {
  const below = job.slice(job.indexOf('    permissions:') + 1);
  const end = below.findIndex((line) => !line.startsWith('      '));
  return below.slice(0, end < 0 ? undefined : end).map((line) => line.replace(/#.*/, '').trim());
}

test('there is a workflow that checks and one that releases', () => {
  expect(workflows.map(({ name }) => name)).toEqual(['ci.yml', 'release.yml']);
});

describe.each(workflows)('$name', ({ lines }) => {
  const jobs = jobsOf(lines);

  test('names every action by a full commit, with its version beside it', () => {
    const uses = lines.filter((line) => /\buses:/.test(line) && !line.includes('uses: ./.github/'));
    const pinned = /uses: [\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
    expect(uses.filter((line) => !pinned.test(line))).toEqual([]);
  });

  test('may do nothing by itself; each job says what it may, and in how many minutes', () => {
    expect(lines).toContain('permissions: {}');
    expect(jobs.size).toBeGreaterThan(0);
    for (const job of jobs.values()) {
      expect(job).toContain('    permissions:');
      const isCall = job.some((line) => line.startsWith('    uses: '));
      expect(isCall || job.some((line) => line.startsWith('    timeout-minutes: '))).toBe(true);
    }
  });

  test('installs nothing where it may publish or write, but for the version pull request', () => {
    const trusted = [...jobs].filter(([, job]) => permissionsOf(job).some((line) => line.endsWith('write')));
    const installing = trusted.filter(([, job]) => job.some((line) => /\binstall\b/.test(line)));
    expect(installing.map(([name]) => name).filter((name) => name !== 'version')).toEqual([]);
  });

  test('keeps no credentials of a checkout, and puts no foreign text into a shell', () => {
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

test('only the job that publishes may prove who it is', () => {
  const all = workflows.flatMap(({ lines }) => [...jobsOf(lines)]);
  const proving = all.filter(([, job]) => permissionsOf(job).includes('id-token: write'));
  expect(proving.map(([name]) => name)).toEqual(['publish']);
});

test('the release publishes every package, after those it depends on', () => {
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
