import { expect, test } from 'vitest';
import { filesBelow, pages, read } from './support/markdown.ts';

/** Words that pnpm hands on to npm instead of looking for a script of that name. */
const taken = ['access', 'bugs', 'docs', 'find', 'home', 'info', 'issues', 'owner', 'ping', 'pkg', 'prefix', 'profile', 'repo', 'search', 'set-script', 'show', 'star', 'team', 'token', 'version', 'view', 'whoami']; // prettier-ignore

/** What pnpm does by itself. */
const own = ['add', 'exec', 'install', 'list', 'pack'];

/** Programs of the workspace that are called by their names. */
const programs = ['changeset', 'vitest'];

const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> };

test('no script has a name that pnpm takes for a command of npm', () => {
  expect(Object.keys(scripts).filter((name) => taken.includes(name))).toEqual([]);
});

test('every command of pnpm for maintainers is there', async () => {
  const decisions = (await filesBelow('decisions')).filter((name) => name.endsWith('.md'));
  const known = new Set([...Object.keys(scripts), ...own, ...programs]);
  const unknown: string[] = [];
  for (const page of ['CONTRIBUTING.md', 'AGENTS.md', ...decisions, ...(await pages())]) {
    // Commands stand in code, alone or behind `npx`.
    for (const [, word] of (await read(page)).matchAll(/(?:`|^|npx )pnpm (?:run )?([a-z][\w:-]*)/gm)) {
      if (word !== undefined && !known.has(word)) unknown.push(`${page}: pnpm ${word}`);
    }
  }
  expect(unknown).toEqual([]);
});
