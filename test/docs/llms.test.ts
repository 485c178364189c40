import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describePage } from '../../docs/.vitepress/lib/describe.ts';
import { writeLlmsFiles } from '../../docs/.vitepress/lib/llms.ts';
import { sitePages } from '../../docs/.vitepress/lib/pages.ts';
import { read } from './support/markdown.ts';

const rawFiles = 'https://raw.githubusercontent.com/realtime-session/realtime-session/main/';

let list: string;
let full: string;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llms-'));
  await writeLlmsFiles(folder);
  list = await readFile(join(folder, 'llms.txt'), 'utf8');
  full = await readFile(join(folder, 'llms-full.txt'), 'utf8');
});
afterAll(() => rm(folder, { recursive: true }));

describe('llms.txt', () => {
  it('lists each page with an absolute link and a description', () => {
    const lines = list.split('\n').filter((line) => line.startsWith('- '));
    expect(lines.filter((line) => !/^- \[[^\]]+\]\(https:\/\/\S+\): .{15,220}[.…]$/.test(line))).toEqual([]);
    const sources = sitePages().flatMap(({ source, target }) => (target === 'index.md' ? [] : [source]));
    expect(lines.map((line) => /\((\S+)\)/.exec(line)?.[1]?.slice(rawFiles.length)).sort()).toEqual(
      sources.sort(),
    );
  });

  it('names the size of llms-full.txt', () => {
    expect(Number(/ (\d+) kB\./.exec(list)?.[1])).toBe(Math.ceil(full.length / 1000));
  });

  it.each(sitePages())('$source has a description', async ({ source }) => {
    expect(describePage(source, await read(source))).toMatch(/^.{15,220}$/);
  });
});

describe('llms-full.txt', () => {
  it.each([
    'docs/guide/server.md',
    'docs/guide/calls.md',
    'docs/guide/connection.md',
    'docs/guide/react.md',
    'docs/guide/testing.md',
    'docs/guide/security.md',
    'docs/recipes/captions.md',
    'docs/recipes/function-calls.md',
    'docs/recipes/jwt.md',
    'packages/server/docs/adapters.md',
    'packages/server/docs/limits.md',
    'packages/core/README.md',
    'packages/react/README.md',
    'packages/server/README.md',
    'packages/webrtc/README.md',
  ])('contains %s', (page) => {
    expect(full).toContain(`<!-- ${rawFiles}${page} -->`);
  });

  it('is short enough to be read', () => {
    expect(full.length).toBeLessThan(350_000);
  });

  it('has no relative links, and no pages for maintainers', () => {
    const prose = full.replace(/^```[\s\S]*?^```$/gm, '');
    expect(prose.match(/\]\((?!https?:|#|mailto:)[^)]*\)/g)).toBeNull();
    expect(full).not.toMatch(/<!-- \S+(?:decisions\/|guarantees|security-rules|lifecycle-rules)/);
  });
});
