import { expect, test } from 'vitest';
import { filesBelow, pages, read } from './support/markdown.ts';

/** Commands that pnpm passes to npm instead of running a script with that name. */
const npmCommands = ['access', 'bugs', 'docs', 'find', 'home', 'info', 'issues', 'owner', 'ping', 'pkg', 'prefix', 'profile', 'repo', 'search', 'set-script', 'show', 'star', 'team', 'token', 'version', 'view', 'whoami']; // prettier-ignore

/** Commands of pnpm itself. */
const pnpmCommands = ['add', 'exec', 'install', 'list', 'pack'];

/** Binaries of the workspace that the docs call directly. */
const binaries = ['changeset', 'vitest'];

const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> };

test('has no script whose name pnpm treats as an npm command', () => {
  expect(Object.keys(scripts).filter((name) => npmCommands.includes(name))).toEqual([]);
});

test('documents only pnpm commands that exist', async () => {
  const decisions = (await filesBelow('decisions')).filter((name) => name.endsWith('.md'));
  const known = new Set([...Object.keys(scripts), ...pnpmCommands, ...binaries]);
  const unknown: string[] = [];
  for (const page of ['CONTRIBUTING.md', 'AGENTS.md', ...decisions, ...(await pages())]) {
    // Commands are in code, alone or after `npx`.
    for (const [, word] of (await read(page)).matchAll(/(?:`|^|npx )pnpm (?:run )?([a-z][\w:-]*)/gm)) {
      if (word !== undefined && !known.has(word)) unknown.push(`${page}: pnpm ${word}`);
    }
  }
  expect(unknown).toEqual([]);
});
