import { vi } from 'vitest';

/** Loads a fresh copy of a recipe with this upstream. */
export async function recipe<Module>(upstreamOrigin: string, load: () => Promise<Module>): Promise<Module> {
  process.env['UPSTREAM_ORIGIN'] = upstreamOrigin;
  vi.resetModules();
  return load();
}
