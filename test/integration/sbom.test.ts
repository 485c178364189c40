import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folders = await readdir(`${root}packages`);
const target = await mkdtemp(join(tmpdir(), 'realtime-session-sbom-'));

interface Component {
  readonly purl: string;
  readonly licenses?: readonly unknown[];
}
interface Bill {
  readonly bomFormat: string;
  readonly metadata: { readonly component: Component };
  readonly components?: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

beforeAll(async () => {
  // It validates each bill against the schema of CycloneDX before it writes it.
  await promisify(execFile)(process.execPath, [`${root}scripts/sbom.mjs`, target]);
});
afterAll(() => rm(target, { recursive: true }));

test('there is a bill of materials for each package', async () => {
  expect((await readdir(target)).sort()).toEqual(folders.map((folder) => `${folder}.cdx.json`).sort());
});

test.each(folders)(
  'the bill of %s lists exactly what its production dependencies install',
  async (folder) => {
    const bill = await json<Bill>(join(target, `${folder}.cdx.json`));
    const installed = new Map<string, readonly string[]>();
    const self = await walk(`${root}packages/${folder}`, installed);

    expect(bill.bomFormat).toBe('CycloneDX');
    expect(bill.metadata.component.purl).toBe(self);
    const listed = (bill.components ?? []).map(({ purl }) => purl);
    expect(listed.sort()).toEqual([...installed.keys()].filter((purl) => purl !== self).sort());
    const graph = new Map(bill.dependencies.map(({ ref, dependsOn = [] }) => [ref, [...dependsOn].sort()]));
    expect(graph).toEqual(installed);
    expect((bill.components ?? []).filter(({ licenses = [] }) => licenses.length === 0)).toEqual([]);
  },
);

/** Follows the dependencies of manifests through the folders they are installed in. */
async function walk(folder: string, found: Map<string, readonly string[]>): Promise<string> {
  const manifest = await json<{ name: string; version: string; dependencies?: object }>(
    join(folder, 'package.json'),
  );
  const purl = `pkg:npm/${manifest.name.replace('@', '%40')}@${manifest.version}`;
  if (found.has(purl)) return purl;
  found.set(purl, []);
  const beside = /^(.*[/\\]node_modules)[/\\]/.exec(folder)?.[1] ?? join(folder, 'node_modules');
  const names = Object.keys(manifest.dependencies ?? {});
  const purls = names.map(async (name) => walk(await realpath(join(beside, name)), found));
  found.set(purl, (await Promise.all(purls)).sort());
  return purl;
}

async function json<Shape>(path: string): Promise<Shape> {
  // Files this test names, read for the fields it names.
  return JSON.parse(await readFile(path, 'utf8')) as Shape;
}
