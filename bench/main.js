import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { growthOfReads } from './rows/growth-of-reads.js';
import { memoryOfReads } from './rows/memory-of-reads.js';
import { warmRead } from './rows/warm-read.js';

const { devDependencies } = JSON.parse(await readFile(new URL('package.json', import.meta.url), 'utf8'));
const versions = Object.entries(devDependencies)
  .filter(([, version]) => !version.startsWith('workspace:'))
  .map(([name, version]) => `${name} ${version}`);

const sections = [];
for (const row of [warmRead, memoryOfReads, growthOfReads]) {
  const section = await row();
  console.log(section);
  sections.push(section);
}

await writeFile(
  new URL('RESULTS.md', import.meta.url),
  `# Results

Written by \`pnpm bench\`. Ratios count; the times behind them are those of one machine (${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}).
Beside ours: ${versions.join(', ')}.

${sections.join('\n\n')}
`,
);
