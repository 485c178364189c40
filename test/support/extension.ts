import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** The key of a manifest, and the id that the browser derives from it. */
export interface ExtensionKey {
  readonly key: string;
  readonly id: string;
}

/** Creates the key of a new extension. */
export function createExtensionKey(): ExtensionKey {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const der = publicKey.export({ type: 'spki', format: 'der' });
  const digest = createHash('sha256').update(der).digest('hex').slice(0, 32);
  // The letters a to p stand for the hexadecimal digits.
  const id = digest.replace(/./g, (digit) => 'abcdefghijklmnop'.charAt(Number.parseInt(digit, 16)));
  return { key: der.toString('base64'), id };
}

export interface ExtensionFiles {
  readonly key: string;
  /** Hosts whose requests need no CORS, such as `http://127.0.0.1/*`. */
  readonly hostPermissions: readonly string[];
  /** The script of the background service worker. */
  readonly worker: string;
}

/**
 * Writes an unpacked Manifest V3 extension, with a background service worker and an empty `page.html`, until the end of the test.
 *
 * @returns the path of its folder.
 */
export async function writeExtension({ key, hostPermissions, worker }: ExtensionFiles): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'extension-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const manifest = {
    manifest_version: 3,
    name: 'Voice',
    version: '1.0',
    key,
    host_permissions: hostPermissions,
    background: { service_worker: 'worker.js' },
  };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'worker.js'), worker);
  await writeFile(join(folder, 'page.html'), '<!doctype html><title>Voice</title>');
  return folder;
}
