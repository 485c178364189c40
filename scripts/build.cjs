require('./node-version.cjs');
import('./lib/build.mjs');
