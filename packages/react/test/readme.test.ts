// @vitest-environment node
import * as main from '@realtime-session/react';
import * as devtools from '@realtime-session/react/devtools';
import * as webrtc from '@realtime-session/react/webrtc';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(join(import.meta.dirname, path), 'utf8');
const readme = read('../README.md');

test('the README shows the component test recipe, which has fewer than fifteen lines', () => {
  const recipe = read('recipe/call-button.test.tsx');
  expect(readme).toContain(`\`\`\`tsx\n${recipe}\`\`\``);
  expect(recipe.split('\n').filter((line) => line !== '').length).toBeLessThan(15);
});

test('the README names every exported function and component', () => {
  const names = Object.keys({ ...main, ...devtools, ...webrtc });
  expect(names.filter((name) => !readme.includes(name) && name !== 'ConnectionError')).toEqual([]);
});

test('the README prints the size budgets', () => {
  const budgets = JSON.parse(read('../../../.size-limit.json')) as { name: string; limit: string }[];
  const budgetOf = (name: string): string | undefined =>
    budgets.find((budget) => budget.name.startsWith(name))?.limit;
  expect(readme).toContain(`at most ${budgetOf('react: useRealtimeSession')} (min+gzip`);
  expect(readme).toContain(`core alone is ${budgetOf('core: createTokenManager')}`);
});
