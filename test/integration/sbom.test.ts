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
interface Bom {
  readonly bomFormat: string;
  readonly metadata: { readonly component: Component };
  readonly components?: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

beforeAll(async () => {
  // The script validates the result against the CycloneDX schema.
  await promisify(execFile)(process.execPath, [`${root}scripts/sbom.mjs`, target]);
});
afterAll(() => rm(target, { recursive: true }));

test('writes a bill of materials for each package', async () => {
  expect((await readdir(target)).sort()).toEqual(folders.map((folder) => `${folder}.cdx.json`).sort());
});

test.each(folders)(
  'the bill of materials of %s lists exactly the installed production dependencies',
  async (folder) => {
    const bom = await readJson<Bom>(join(target, `${folder}.cdx.json`));
    const installed = new Map<string, readonly string[]>();
    const self = await collectDependencies(`${root}packages/${folder}`, installed);

    expect(bom.bomFormat).toBe('CycloneDX');
    expect(bom.metadata.component.purl).toBe(self);
    const listed = (bom.components ?? []).map(({ purl }) => purl);
    expect(listed.sort()).toEqual([...installed.keys()].filter((purl) => purl !== self).sort());
    const graph = new Map(bom.dependencies.map(({ ref, dependsOn = [] }) => [ref, [...dependsOn].sort()]));
    expect(graph).toEqual(installed);
    expect((bom.components ?? []).filter(({ licenses = [] }) => licenses.length === 0)).toEqual([]);
  },
);

/** Collects the dependencies of a package from the manifests of the installed packages. */
async function collectDependencies(folder: string, found: Map<string, readonly string[]>): Promise<string> {
  const manifest = await readJson<{ name: string; version: string; dependencies?: object }>(
    join(folder, 'package.json'),
  );
  const purl = `pkg:npm/${manifest.name.replace('@', '%40')}@${manifest.version}`;
  if (found.has(purl)) return purl;
  found.set(purl, []);
  const modules = /^(.*[/\\]node_modules)[/\\]/.exec(folder)?.[1] ?? join(folder, 'node_modules');
  const names = Object.keys(manifest.dependencies ?? {});
  const purls = names.map(async (name) => collectDependencies(await realpath(join(modules, name)), found));
  found.set(purl, (await Promise.all(purls)).sort());
  return purl;
}

async function readJson<Shape>(path: string): Promise<Shape> {
  // Files and fields that this test chooses.
  return JSON.parse(await readFile(path, 'utf8')) as Shape;
}
