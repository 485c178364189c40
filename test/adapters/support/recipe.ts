import { vi } from 'vitest';

/** Loads a recipe anew, with tokens from there. */
export async function recipe<Module>(upstreamOrigin: string, load: () => Promise<Module>): Promise<Module> {
  process.env['UPSTREAM_ORIGIN'] = upstreamOrigin;
  vi.resetModules();
  return load();
}
