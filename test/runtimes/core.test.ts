import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import type { Outcome } from './suite/case.ts';
import { lifecycleCases } from './suite/lifecycle-cases.ts';
import { networkCases } from './suite/network-cases.ts';
import { bundleHost } from './support/bundle.ts';
import { startMintRoute, type MintRoute } from './support/mint-route.ts';
import { runProcess } from './support/run-process.ts';
import { scriptRuntimes } from './support/runtimes.ts';
import { startWorkerd } from './support/start-workerd.ts';

const names = [...lifecycleCases, ...networkCases].map(({ name }) => name);
let mintRoute: MintRoute;
beforeAll(async () => {
  mintRoute = await startMintRoute();
});
afterAll(() => mintRoute.close());

/** A runtime's outcomes become tests of their own, so that each is counted and named. */
function behaves(runtime: string, run: () => Promise<readonly Outcome[]>): void {
  describe(`core on ${runtime}`, () => {
    let outcomes: readonly Outcome[] = [];
    beforeAll(async () => {
      outcomes = await run();
    });
    test.each(names)('%s', (name) => {
      expect(outcomes.find((outcome) => outcome.name === name)).toEqual({ name, error: undefined });
    });
  });
}

for (const runtime of scriptRuntimes) {
  behaves(runtime.name, async () => {
    const out = await runProcess(runtime, await bundleHost('core-process'), [mintRoute.urlFor(runtime.name)]);
    return JSON.parse(out) as Outcome[];
  });
}

behaves('workerd', async () => {
  const worker = await startWorkerd(await bundleHost('core-worker'));
  try {
    const answered = await fetch(`${worker.origin}/?mint=${encodeURIComponent(mintRoute.urlFor('workerd'))}`);
    return (await answered.json()) as Outcome[];
  } finally {
    worker.stop();
  }
});

behaves('Chromium', async () => {
  const script = await readFile(
    await bundleHost('core-page', { format: 'iife', platform: 'browser' }),
    'utf8',
  );
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(120_000);
    await page.goto(mintRoute.origin);
    await page.addScriptTag({ content: script });
    const run = `runCoreCases(${JSON.stringify(mintRoute.urlFor('Chromium'))})`;
    return await page.evaluate<Outcome[]>(run);
  } finally {
    await browser.close();
  }
});
