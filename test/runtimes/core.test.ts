import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import type { CaseResult } from './suite/case.ts';
import { lifecycleCases } from './suite/lifecycle-cases.ts';
import { networkCases } from './suite/network-cases.ts';
import { bundleHost } from './support/bundle.ts';
import { startMintRoute, type MintRoute } from './support/mint-route.ts';
import { runProcess, scriptRuntimes } from './support/runtimes.ts';
import { startWorkerd } from './support/start-workerd.ts';

const names = [...lifecycleCases, ...networkCases].map(({ name }) => name);
let mintRoute: MintRoute;
beforeAll(async () => {
  mintRoute = await startMintRoute();
});
afterAll(() => mintRoute.close());

/** Reports every case that ran inside of a runtime as a test. */
function describeRuntime(runtime: string, run: () => Promise<readonly CaseResult[]>): void {
  describe(`core on ${runtime}`, () => {
    let results: readonly CaseResult[] = [];
    beforeAll(async () => {
      results = await run();
    });
    test.each(names)('%s', (name) => {
      expect(results.find((result) => result.name === name)).toEqual({ name, error: undefined });
    });
  });
}

for (const runtime of scriptRuntimes) {
  describeRuntime(runtime.name, async () => {
    const output = await runProcess(runtime, await bundleHost('core-process'), [
      mintRoute.urlFor(runtime.name),
    ]);
    return JSON.parse(output) as CaseResult[];
  });
}

describeRuntime('workerd', async () => {
  const worker = await startWorkerd(await bundleHost('core-worker'));
  try {
    const response = await fetch(`${worker.origin}/?mint=${encodeURIComponent(mintRoute.urlFor('workerd'))}`);
    return (await response.json()) as CaseResult[];
  } finally {
    worker.stop();
  }
});

describeRuntime('Chromium', async () => {
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
    return await page.evaluate<CaseResult[]>(run);
  } finally {
    await browser.close();
  }
});
