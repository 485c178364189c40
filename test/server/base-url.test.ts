import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const command = fileURLToPath(new URL('../../packages/emulator/bin/realtime-emulator.js', import.meta.url));
const server = fileURLToPath(new URL('workers/documented-server.js', import.meta.url));

it('mints at the emulator, without an upstream in code, when started by realtime-emulator exec', async () => {
  const child = spawn(process.execPath, [command, 'exec', 'node', server]);
  onTestFinished(() => void child.kill());
  const addresses: Record<string, string> = {};
  for await (const line of createInterface(child.stdout)) {
    const [name = '', address = ''] = line.split(' ');
    addresses[name] = address;
    if (name === 'server') break;
  }
  const response = await fetch(addresses['server']!, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer demo' },
    body: '{}',
  });
  expect(response.status).toBe(200);
  const minted = (await response.json()) as { readonly value: string; readonly calls_url: string };
  expect(minted.calls_url).toBe(`${addresses['emulator']}/v1/realtime/calls`);
  // The emulator knows this token: it complains about the offer, not about the token.
  const call = await fetch(minted.calls_url, {
    method: 'POST',
    headers: { 'content-type': 'application/sdp', authorization: `Bearer ${minted.value}` },
    body: 'not an offer',
  });
  expect(call.status).toBe(400);
});
