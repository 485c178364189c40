// Pins the newest versions of the app templates, in test/start/templates.json and in the pages that use them:
// `pnpm templates:update`. Then run `pnpm vitest run --project start`, and commit.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './lib/run.mjs';

const pins = join(root, 'test/start/templates.json');
const pages = ['docs/guide/getting-started-vite.md', 'docs/guide/getting-started-next.md'];

const templates = JSON.parse(readFileSync(pins, 'utf8'));
for (const [generator, pinned] of Object.entries(templates)) {
  const { code, output } = await run('npm', ['view', `${generator}@latest`, 'version']);
  const newest = output.trim();
  if (code !== 0 || !/^\d+\.\d+\.\d+$/.test(newest)) {
    console.error(`npm view ${generator} failed. Check the network and run the command again.\n${output}`);
    process.exit(1);
  }
  templates[generator] = newest;
  for (const page of pages.map((name) => join(root, name))) {
    const text = readFileSync(page, 'utf8');
    writeFileSync(
      page,
      text.replaceAll(new RegExp(`${generator}@[\\d.]+(?= )`, 'g'), `${generator}@${newest}`),
    );
  }
  console.log(
    newest === pinned ? `${generator} ${newest} is the newest` : `${generator} ${pinned} → ${newest}`,
  );
}
writeFileSync(pins, `${JSON.stringify(templates, null, 2)}\n`);
