import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Temporary files that contain a certificate. */
export interface CertificateFiles {
  /** Writes the certificate, after those of the file `extra`, and returns the path. A file that cannot be read is ignored, as by Node. */
  write(extra?: string): string;
  /** Removes the files. */
  remove(): void;
}

export function createCertificateFiles(certificate: string): CertificateFiles {
  const paths = new Map<string, string>();
  let folder: string | undefined;
  return {
    write(extra = '') {
      folder ??= mkdtempSync(join(tmpdir(), 'realtime-emulator-'));
      const path = paths.get(extra) ?? join(folder, `certificates-${String(paths.size + 1)}.pem`);
      writeFileSync(path, `${extra === '' ? '' : readIfPossible(extra)}${certificate}`);
      paths.set(extra, path);
      return path;
    },
    remove() {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
      folder = undefined;
      paths.clear();
    },
  };
}

function readIfPossible(path: string): string {
  try {
    return `${readFileSync(path, 'utf8').trimEnd()}\n`;
  } catch {
    return '';
  }
}
