import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Contents of every file below a folder, by path. */
export function readFolder(folder: string): ReadonlyMap<string, Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    entries.map((entry) => join(entry.parentPath, entry.name)).map((path) => [path, readFileSync(path)]),
  );
}
