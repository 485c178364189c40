require('./node-version.cjs');
import('./lib/test.mjs');
