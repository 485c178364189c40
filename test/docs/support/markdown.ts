import { readdir, readFile } from 'node:fs/promises';

/** The root folder of the repository. */
export const root = new URL('../../../', import.meta.url);

/** A fenced code block of a page. */
export interface Block {
  /** The language of the block, such as `ts` or `sh`. */
  readonly language: string;
  readonly code: string;
  /** Line of its first line of code, counted from 1. */
  readonly line: number;
}

/** Every Markdown page for readers: all READMEs, and all pages in folders named `docs`. */
export async function pages(): Promise<string[]> {
  const found = await Promise.all(['packages', 'examples', 'docs'].map(markdownBelow));
  return ['README.md', ...found.flat()].sort();
}

/** The instructions for coding agents: the skills and every `AGENTS.md`. */
export async function guides(): Promise<string[]> {
  const names = (await filesBelow('packages')).filter((name) => /(SKILL|AGENTS)\.md$/.test(name));
  return ['AGENTS.md', ...names].sort();
}

/** Reads a text file of the repository, with line feeds. */
export async function read(path: string): Promise<string> {
  return toLineFeeds(await readFile(new URL(path, root), 'utf8'));
}

/** A checkout on Windows can have other line ends. */
export function toLineFeeds(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/** The fenced code blocks of a page. */
export function blocks(text: string): Block[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map((found) => ({
    language: found[1] ?? '',
    code: found[2] ?? '',
    line: text.slice(0, found.index).split('\n').length + 1,
  }));
}

/** Files in a folder and its subfolders, without dependencies and build output, which are many and are not read. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(new URL(`${folder}/`, root), { withFileTypes: true });
  const found = entries.map(async (entry) => {
    const path = `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [path];
    return entry.name === 'node_modules' || entry.name === 'dist' ? [] : filesBelow(path);
  });
  return (await Promise.all(found)).flat();
}

/** A relative path of any system with the separator of URLs. */
export function toSlashes(path: string): string {
  return path.replaceAll('\\', '/');
}

async function markdownBelow(folder: string): Promise<string[]> {
  return (await filesBelow(folder)).filter((name) => /(README|\/docs\/.*|^docs\/.*)\.md$/.test(name));
}
