import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { curlCommand, FAULTS } from '@realtime-session/emulator';
import type { RealtimeEmulator } from '@realtime-session/emulator';
import { mintToken, startEmulator } from './support/harness.ts';

async function getHelp(emulator: RealtimeEmulator, accept: string): Promise<Response> {
  const response = await fetch(`${emulator.url}/`, { headers: { accept } });
  expect(response.status).toBe(200);
  return response;
}

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

async function runInShell(command: string): Promise<string> {
  const { stdout } = await promisify(execFile)('sh', ['-c', command]);
  return stdout;
}

describe('GET /', () => {
  it.each([
    ['a browser', BROWSER, 'text/html; charset=utf-8'],
    ['curl', '*/*', 'text/plain; charset=utf-8'],
  ])('shows %s the key, a command, the addresses and every fault', async (_client, accept, type) => {
    const emulator = await startEmulator();
    const response = await getHelp(emulator, accept);
    expect(response.headers.get('content-type')).toBe(type);
    const page = (await response.text()).replaceAll('&quot;', '"').replaceAll('&amp;', '&');
    for (const text of [
      emulator.apiKey,
      curlCommand(emulator),
      `OPENAI_BASE_URL=${emulator.url}/v1`,
      emulator.callsUrl,
      emulator.webSocketUrl,
      emulator.webSocketUrl.replace('ws:', 'wss:'),
      'gpt-realtime-2.1',
      'marin',
    ])
      expect(page).toContain(text);
    for (const [name, { summary }] of Object.entries(FAULTS)) {
      expect(page).toContain(name);
      expect(page).toContain(summary);
    }
  });

  it('shows commands that work in a shell', async () => {
    const emulator = await startEmulator();
    const page = await (await getHelp(emulator, '*/*')).text();
    const commands = page.split('\n').filter((line) => line.startsWith('  curl '));
    expect(commands).toHaveLength(4);
    const [mint = '', download = '', fail = '', clear = ''] = commands;
    expect(JSON.parse(await runInShell(mint))).toMatchObject({ value: expect.stringMatching(/^ek_/) });
    expect(await runInShell(download.replace('-o emulator.pem', ''))).toBe(emulator.certificate);
    await runInShell(fail);
    expect(emulator.faults()).toEqual([{ name: 'overloaded', at: 'mint', remaining: 1 }]);
    await runInShell(clear);
    expect(emulator.faults()).toEqual([]);
  });

  it('contains no script and no secret, and lets no page embed or run anything', async () => {
    const emulator = await startEmulator();
    const token = await mintToken(emulator, { instructions: 'CANARY' });
    const response = await getHelp(emulator, BROWSER);
    const page = await response.text();
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(page).not.toMatch(/<script|javascript:| on\w+=/i);
    for (const secret of [token, 'CANARY']) expect(page).not.toContain(secret);
  });

  it('shows the key and the names that the options set', async () => {
    const emulator = await startEmulator({ apiKeys: ['sk-mine'], models: ['<b>'], voices: ['nova'] });
    const page = await (await getHelp(emulator, BROWSER)).text();
    expect(page).toContain('sk-mine');
    expect(page).not.toContain('sk-emulator');
    expect(page).toContain('&lt;b>');
    expect(page).toContain('nova');
  });

  it('is not allowed with another method', async () => {
    const emulator = await startEmulator();
    expect((await fetch(`${emulator.url}/`, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${emulator.url}/`, { method: 'HEAD' })).status).toBe(200);
  });
});
