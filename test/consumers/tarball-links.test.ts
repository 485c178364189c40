import { existsSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { slug } from '../../docs/.vitepress/lib/pages.ts';
import { headingsOf, withoutCode } from '../docs/support/links.ts';
import { folders, readManifest, root } from './support/packages.ts';

describe.each(folders)('the texts in the tarball of %s', async (folder) => {
  const home = join(inject('consumer'), 'node_modules', readManifest(folder).name);
  const files = (await readdir(home, { recursive: true })).filter((file) => !file.includes('node_modules'));
  const pages = await readAll(files.filter((file) => file.endsWith('.md')));
  const declarations = await readAll(files.filter((file) => file.endsWith('.d.ts')));

  function readAll(names: readonly string[]): Promise<readonly { name: string; text: string }[]> {
    return Promise.all(names.map(async (name) => ({ name, text: await readFile(join(home, name), 'utf8') })));
  }

  test('link to files and headings of the tarball', async () => {
    const links = pages.flatMap(({ name, text }) =>
      [...withoutCode(text).matchAll(/\]\((?!https?:|mailto:)([^)\s#]*)(?:#([^)\s]*))?\)/g)].map(
        ([written, path = '', anchor]) => ({
          written: `${name}${written.slice(1)}`,
          file: path === '' ? join(home, name) : resolve(dirname(join(home, name)), path),
          anchor,
        }),
      ),
    );
    const broken = await filterAsync(
      links,
      async ({ file, anchor }) => relative(home, file).startsWith('..') || !(await hasHeading(file, anchor)),
    );
    expect(broken.map(({ written }) => written)).toEqual([]);
  });

  test('link to existing files and headings of the repository', async () => {
    const links = [...pages, ...declarations].flatMap(({ name, text }) =>
      [
        ...text.matchAll(
          /https:\/\/github\.com\/realtime-session\/realtime-session\b([^\s)#'"`>]*)(?:#([\w-]+))?/g,
        ),
      ]
        .filter(([, path = '']) => !/^(?:\.git)?$|^\/(?:issues|security)\b/.test(path))
        .map(([written, path = '', anchor]) => ({ written: `${name} ${written}`, path, anchor })),
    );
    const broken = await filterAsync(links, async ({ path, anchor }) => {
      const file = /^\/(?:blob|tree)\/main\/(.+)$/.exec(path)?.[1];
      return file === undefined || !(await hasHeading(join(root, file), anchor));
    });
    expect(broken.map(({ written }) => written)).toEqual([]);
  });

  test('name only pages that the tarball contains', () => {
    const guides = pages.filter(({ name }) => /^(?:README|AGENTS)\.md$|^skills\//.test(name));
    const named = guides.flatMap(({ name, text }) =>
      [
        ...text.matchAll(
          /`(?:node_modules\/(@realtime-session\/\w+)\/)?((?:dist\/docs|docs|skills)\/[^`\s]*)`/g,
        ),
      ].map(([, library, path = '']) => ({
        name,
        path: join(library === undefined ? home : join(home, '../..', library), path),
      })),
    );
    expect(named.filter(({ path }) => !existsSync(path))).toEqual([]);
  });
});

test('the guides are in the tarballs', () => {
  const contents = (name: string) =>
    join(inject('consumer'), 'node_modules/@realtime-session', name, 'dist/docs');
  const guides = [
    'server/guide/calls.md',
    'server/guide/server.md',
    'server/recipes/jwt.md',
    'server/operations/README.md',
    'server/migration/official-samples.md',
    'react/guide/react.md',
    'react/recipes/captions.md',
    'webrtc/guide/connection.md',
    'core/errors/http.md',
    'emulator/guide/testing.md',
  ];
  expect(guides.filter((guide) => !existsSync(guide.replace(/^(\w+)/, (name) => contents(name))))).toEqual(
    [],
  );
});

async function hasHeading(file: string, anchor: string | undefined): Promise<boolean> {
  if (!existsSync(file)) return false;
  if (anchor === undefined) return true;
  const page = statSync(file).isDirectory() ? join(file, 'README.md') : file;
  return headingsOf(await readFile(page, 'utf8'))
    .map(slug)
    .includes(anchor);
}

async function filterAsync<T>(items: readonly T[], isMatch: (item: T) => Promise<boolean>): Promise<T[]> {
  const matches = await Promise.all(items.map(isMatch));
  return items.filter((_item, index) => matches[index]);
}
