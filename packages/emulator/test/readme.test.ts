import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { FAULTS } from '@realtime-session/emulator';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');

it.each(Object.entries(FAULTS))('the README lists the fault %s', (name, { targets, description }) => {
  const row = readme.split('\n').find((line) => line.startsWith(`| \`${name}\` `)) ?? '';
  const cells = row.split('|').map((cell) => cell.trim());
  const targetCell = targets.map((target) => `\`${target}\``).join(', ');
  expect(cells.slice(1, 4)).toEqual([`\`${name}\``, targetCell, description]);
});

it('the README lists every option', async () => {
  const readSource = (file: string) => readFile(new URL(`../src/lib/state/${file}`, import.meta.url), 'utf8');
  const source = (await readSource('options.ts')) + (await readSource('call-settings.ts'));
  const interfaces =
    source.match(/interface (?:RealtimeEmulatorOptions extends CallOptions|CallOptions) \{[\s\S]*?\n\}/g) ??
    [];
  const members = interfaces.join('');
  const options = [...members.matchAll(/readonly (\w+)\?:/g)].map(([, name]) => name);
  expect(options.length).toBeGreaterThan(20);
  for (const option of options) expect(readme).toContain(`| \`${option ?? ''}\` `);
});

it('the README lists every option of Live sessions', async () => {
  const source = await readFile(new URL('../src/lib/state/live-settings.ts', import.meta.url), 'utf8');
  const options = [...source.matchAll(/readonly (\w+)\?:/g)].map(([, name]) => name);
  expect(options.length).toBeGreaterThan(20);
  for (const option of options) expect(readme).toContain(`| \`live.${option ?? ''}\` `);
});
