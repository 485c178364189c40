import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const packages = readdirSync(new URL('packages/', root)).map((folder) => `@realtime-session/${folder}`);

test('gives all published packages the same version, and no version to private packages', () => {
  const config: unknown = JSON.parse(readFileSync(new URL('.changeset/config.json', root), 'utf8'));
  expect(config).toMatchObject({
    fixed: [packages],
    access: 'public',
    privatePackages: { version: false, tag: false },
  });
});

test('names only published packages in changesets', () => {
  const pages = readdirSync(new URL('.changeset/', root)).filter((file) => file.endsWith('.md'));
  const named = pages.flatMap((page) =>
    [
      ...readFileSync(new URL(`.changeset/${page}`, root), 'utf8').matchAll(
        /^'(@[^']+)': (?:major|minor|patch)$/gm,
      ),
    ].map(([, name]) => name ?? ''),
  );
  expect(named.filter((name) => !packages.includes(name))).toEqual([]);
});
