import { spawn } from 'node:child_process';
import type { RealtimeEmulator } from '@realtime-session/emulator';
import { emulatorEnvironment, FAKE_MICROPHONE, routeRealtimeApi } from '@realtime-session/emulator/testing';
import { chromium } from 'playwright-core';

/** Starts your server and a browser. Both reach the emulator in place of the real API. */
export async function openApp(emulator: RealtimeEmulator, command: string, executablePath: string) {
  const server = spawn('node', [command], { env: { ...process.env, ...emulatorEnvironment(emulator) } });
  const args = [...FAKE_MICROPHONE, '--autoplay-policy=no-user-gesture-required', '--no-sandbox'];
  const browser = await chromium.launch({ executablePath, args });
  const context = await browser.newContext();
  await routeRealtimeApi(context, emulator);
  return { server, browser, context };
}
