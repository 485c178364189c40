import { readFileSync } from 'node:fs';

/** The manifest of the tests themselves: which tools they run. */
export function manifestOf(): { readonly devDependencies: Readonly<Record<string, string>> } {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  // Our own file.
  return JSON.parse(text) as { devDependencies: Record<string, string> };
}
