import { join } from 'node:path';
import type { Plugin } from 'vitepress';
import { put } from './assemble.ts';
import { root, sitePages } from './pages.ts';

/** While developing: a page that is saved is put at its place again, and shown. */
export function watchPages(): Plugin {
  return {
    name: 'watch-pages',
    configureServer({ watcher }) {
      const pages = sitePages();
      watcher.add(pages.map(({ source }) => join(root, source)));
      watcher.on('change', (path) => {
        const page = pages.find(({ source }) => join(root, source) === path);
        if (page !== undefined) void put(page, pages);
      });
    },
  };
}
