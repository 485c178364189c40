import { browserEnvironment } from './browser.ts';
import type { Environment } from './environment.ts';
import { plainEnvironment } from './plain.ts';

/** The environment of this runtime: a page where there is a document, a plain one in workers and on servers. */
export function defaultEnvironment(): Environment {
  return typeof document === 'undefined' ? plainEnvironment : browserEnvironment;
}
