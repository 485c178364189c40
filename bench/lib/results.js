import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { renderSection } from './section.js';

const folder = new URL('../results/', import.meta.url);
const fileOf = (id) => new URL(`${id}.json`, folder);

/** What a result was measured on. */
export const machine = `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores, Node ${process.versions.node}`;

/** Keeps what a row measured, so that running another one leaves it alone. */
export async function keepResult(result) {
  await mkdir(folder, { recursive: true });
  await writeFile(fileOf(result.id), `${JSON.stringify(result, null, 2)}\n`);
}

/**
 * Writes `RESULTS.md` anew from what is kept.
 *
 * @param {readonly string[]} ids Every row there is; one that never ran is left out.
 */
export async function writeResults(ids) {
  const kept = await Promise.all(ids.map(readResult));
  const sections = kept
    .filter((result) => result !== undefined)
    .sort((one, other) => one.order - other.order || one.id.localeCompare(other.id))
    .map(renderSection);
  await writeFile(
    new URL('../RESULTS.md', import.meta.url),
    ['# Results', 'Written by `pnpm bench`; `bench/README.md` says how to read it.', ...sections].join(
      '\n\n',
    ) + '\n',
  );
}

async function readResult(id) {
  try {
    return JSON.parse(await readFile(fileOf(id), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
