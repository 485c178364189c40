import { createServer, type Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RealtimeEmulator } from '@realtime-session/emulator';
import { FAKE_MICROPHONE, routeRealtimeApi } from '@realtime-session/emulator/testing';
import type { Express } from 'express';
import { chromium, type Browser, type Page } from 'playwright-core';
import { build } from 'vite';
import { onTestFinished, vi } from 'vitest';

/** Bundles a page into a new folder. */
export async function bundle(version: 'before' | 'after'): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), 'migration-'));
  const root = fileURLToPath(new URL(`../${version}`, import.meta.url));
  await build({ root, configFile: false, logLevel: 'warn', build: { outDir, emptyOutDir: true } });
  return outDir;
}

export const remove = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

/** Lets servers of this test find the emulator instead of the API. */
export function useEmulator(emulator: RealtimeEmulator): void {
  vi.stubEnv('OPENAI_API_KEY', emulator.apiKey);
  vi.stubEnv('OPENAI_BASE_URL', `${emulator.url}/v1`);
  onTestFinished(() => void vi.unstubAllEnvs());
}

/** Returns the origin. */
export async function listen(app: Express): Promise<string> {
  const server: Server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      ...FAKE_MICROPHONE,
      '--no-sandbox',
      '--autoplay-policy=no-user-gesture-required',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

declare global {
  interface Window {
    microphones: MediaStreamTrack[];
  }
}

/** Opens a page whose calls to the API reach the emulator, and which remembers its microphones. */
export async function openPage(browser: Browser, emulator: RealtimeEmulator, origin: string): Promise<Page> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  await routeRealtimeApi(context, emulator);
  await context.addInitScript(() => {
    window.microphones = [];
    const devices = navigator.mediaDevices;
    const open = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (constraints) => {
      const stream = await open(constraints);
      window.microphones.push(...stream.getTracks());
      return stream;
    };
  });
  const page = await context.newPage();
  await page.goto(origin);
  return page;
}

/** Redirects the offers of the old page, whose path `/v1/realtime` has nothing below it. */
export async function routeRetiredOffers(page: Page, emulator: RealtimeEmulator): Promise<void> {
  await page.route(/^https:\/\/api\.openai\.com\/v1\/realtime\?/, async (route) => {
    const url = route.request().url().replace('https://api.openai.com', emulator.url);
    await route.fulfill({ response: await route.fetch({ url }) });
  });
}
