import { existsSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { slug } from '../../docs/site/slug.ts';
import { headingsOf, links } from './support/links.ts';
import { filesBelow, pages, read, root } from './support/markdown.ts';

const documents = [
  ...(await pages()),
  'CONTRIBUTING.md',
  'AGENTS.md',
  ...(await filesBelow('decisions')),
].filter((page) => page.endsWith('.md'));

/** A folder is read through its README, as where the repository is shown. */
function readmeOf(path: string): string {
  return statSync(new URL(path, root)).isDirectory() ? `${path}/README.md` : path;
}

async function isThere({ path, anchor }: { path: string; anchor: string | undefined }): Promise<boolean> {
  if (!existsSync(new URL(path, root))) return false;
  if (anchor === undefined) return true;
  const target = readmeOf(path);
  return (
    target.endsWith('.md') &&
    headingsOf(await read(target))
      .map(slug)
      .includes(anchor)
  );
}

describe('links', () => {
  it.each(documents)('of %s lead somewhere', async (page) => {
    const dead: string[] = [];
    for (const link of links(page, await read(page))) {
      if (!(await isThere(link))) dead.push(link.written);
    }
    expect(dead).toEqual([]);
  });

  it.each([
    ['What it does not do', 'what-it-does-not-do'],
    ['useRealtimeSession(source?, selector?)', 'userealtimesessionsource-selector'],
    ['Node: node:http, node:https', 'node-nodehttp-nodehttps'],
  ])('to the heading "%s" are written #%s, as on GitHub', (heading, anchor) => {
    expect(slug(heading)).toBe(anchor);
  });
});
