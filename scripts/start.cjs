require('./node-version.cjs');
import('./lib/start.mjs');
