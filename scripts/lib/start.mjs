import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './run.mjs';
import { build } from './setup.mjs';

await build('quickstart');
await import(pathToFileURL(join(root, 'examples/quickstart/dist/server/main.js')).href);
