import { existsSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { slug } from '../../docs/.vitepress/lib/pages.ts';
import { headingsOf, links } from './support/links.ts';
import { filesBelow, pages, read, root } from './support/markdown.ts';

const documents = [
  ...(await pages()),
  'CONTRIBUTING.md',
  'RELEASING.md',
  'AGENTS.md',
  ...(await filesBelow('decisions')),
].filter((page) => page.endsWith('.md'));

/** A link to a folder shows its README, as on GitHub. */
function readmeOf(path: string): string {
  return statSync(new URL(path, root)).isDirectory() ? `${path}/README.md` : path;
}

async function exists({ path, anchor }: { path: string; anchor: string | undefined }): Promise<boolean> {
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
  it.each(documents)('in %s point to existing files and headings', async (page) => {
    const broken: string[] = [];
    for (const link of links(page, await read(page))) {
      if (!(await exists(link))) broken.push(link.written);
    }
    expect(broken).toEqual([]);
  });

  it.each([
    ['What a token does not limit', 'what-a-token-does-not-limit'],
    ['useRealtimeSession(source?, selector?)', 'userealtimesessionsource-selector'],
    ['Node: node:http, node:https', 'node-nodehttp-nodehttps'],
  ])('to the heading "%s" use #%s, as on GitHub', (heading, anchor) => {
    expect(slug(heading)).toBe(anchor);
  });
});
