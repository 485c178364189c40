import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../docs/dist/site', import.meta.url));

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp',
  '.json': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

/** The built documentation site, on a local server. */
export interface BuiltSite {
  readonly origin: string;
  /** Paths of all files of the site, with `/` on every platform. */
  readonly files: readonly string[];
  readonly read: (path: string) => Promise<string>;
  readonly close: () => void;
}

/**
 * Serves the built documentation site.
 *
 * @throws Error with the remedy when the site is not built.
 */
export async function serveSite(): Promise<BuiltSite> {
  if (!existsSync(folder)) throw new Error('The site is not built. Run "pnpm docs:build" first.');
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
    const file = path.endsWith('/') ? `${path}index.html` : path;
    readFile(join(folder, file)).then(
      (content) =>
        response
          .setHeader('content-type', contentTypes[extname(file)] ?? 'application/octet-stream')
          .end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files: (await readdir(folder, { recursive: true })).map((name) => name.replaceAll('\\', '/')),
    read: (path) => readFile(join(folder, path), 'utf8'),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
