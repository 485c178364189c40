import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { run } from '../run.mjs';

export async function checkWithPublint({ tarballs }) {
  const problems = [];
  for (const { name, path, manifest } of tarballs) {
    const file = readFileSync(path);
    const tarball = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
    const { messages } = await publint({ strict: true, pack: { tarball } });
    problems.push(...messages.map((message) => `${name}: ${formatMessage(message, manifest)}`));
  }
  return { detail: 'no complaints', problems, remedy: 'repair the package.json that is named above' };
}

/** Writes a bill of materials for each package, next to the tarballs, and compares it with the manifest. */
export async function checkBills({ workspace, folder, tarballs }) {
  const { code, output } = await run(process.execPath, [join(workspace, 'scripts/sbom.mjs'), folder]);
  const problems = code === 0 ? tarballs.flatMap((tarball) => findBillProblems(folder, tarball)) : [output];
  return {
    detail: `${tarballs.length} bills of materials, valid CycloneDX`,
    problems,
    remedy: 'install the locked dependencies, then read scripts/sbom.mjs',
  };
}

function findBillProblems(folder, { name, manifest }) {
  const path = join(folder, `${name}.cdx.json`);
  if (!existsSync(path)) return [`${name}: there is no bill of materials`];
  const { metadata, components = [] } = JSON.parse(readFileSync(path, 'utf8'));
  const { purl } = metadata.component;
  const listed = new Set(components.map(({ group, name: part }) => (group ? `${group}/${part}` : part)));
  const unlisted = Object.keys(manifest.dependencies ?? {}).filter((dependency) => !listed.has(dependency));
  return [
    ...(purl.endsWith(`@${manifest.version}`)
      ? []
      : [`${name}: the bill is of ${purl}, not of ${manifest.version}`]),
    ...unlisted.map((dependency) => `${name}: the bill does not list ${dependency}`),
  ];
}

/**
 * What npm checks before it uploads: the tarball, the manifest and the options. It needs no network and no account. A provenance
 * statement needs the identity of the workflow and is only made there.
 */
export async function checkPublishable({ tarballs }) {
  const options = ['--dry-run', '--provenance', '--access', 'public', '--offline', '--loglevel', 'warn'];
  const outputs = await Promise.all(tarballs.map(({ path }) => run('npm', ['publish', path, ...options])));
  const problems = tarballs.flatMap(({ name, manifest }, index) => {
    const { code, output } = outputs[index];
    const isAccepted = code === 0 && output.includes(`+ ${manifest.name}@${manifest.version}`);
    return isAccepted && !output.includes('auto-corrected') ? [] : [`${name}: ${output}`];
  });
  return {
    detail: 'npm accepts the tarballs with --provenance; it signs them in the workflow only',
    problems,
    remedy: 'repair what npm names above',
  };
}

/** The text of the release on GitHub: what the changelogs say about this version. */
export async function writeNotes({ folder, tarballs }) {
  const notes = tarballs.map(({ manifest, home }) => {
    const section = sectionOf(readFileSync(join(home, 'CHANGELOG.md'), 'utf8'), manifest.version);
    return section === '' ? '' : `## ${manifest.name}\n\n${section}\n`;
  });
  writeFileSync(join(folder, 'notes.md'), notes.filter((note) => note !== '').join('\n'));
  return { detail: `${notes.filter((note) => note !== '').length} packages have changes in their changelog` };
}

/** The changes of a version in a changelog, without its heading. */
function sectionOf(changelog, version) {
  const section = changelog.split(/^## /m).find((text) => text.startsWith(`${version}\n`)) ?? '';
  return section.slice(version.length).trim();
}
