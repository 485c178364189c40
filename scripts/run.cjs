// npm start, npm test, npm run build, pnpm check: node scripts/run.cjs start|test|build|check
// This file must parse on old versions of Node, so that they get a readable error. Load nothing before the version check.
var required = [20, 19];
var current = process.versions.node.split('.').map(Number);

if (current[0] < required[0] || (current[0] === required[0] && current[1] < required[1])) {
  console.error(
    'realtime-session needs Node ' +
      required.join('.') +
      ' or newer, and this is Node ' +
      process.versions.node +
      '. Install a newer version from https://nodejs.org and run the command again.',
  );
  process.exit(1);
}

import('./lib/commands.mjs').then(function (module) {
  return module.runCommand(process.argv[2]);
});
