// Takes the pictures of the README and the home page again, with Chromium and the built quick start: node scripts/update-pictures.mjs
import { run } from './lib/run.mjs';

const { code, output } = await run('vitest', ['run', '--project', 'browser', 'test/browser/pictures'], {
  env: { UPDATE_PICTURES: '1' },
});
console.log(output);
process.exitCode = code;
