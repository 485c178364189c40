require('./node-version.cjs');
import('./lib/check.mjs');
