import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

const command = fileURLToPath(new URL('../../packages/emulator/bin/realtime-emulator.js', import.meta.url));

const officialClient = fileURLToPath(
  new URL('../../packages/emulator/test/programs/official-realtime.mjs', import.meta.url),
);

function start(args: string[], env: Record<string, string> = {}): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [command, ...args], { env: { ...process.env, ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

describe('the realtime-emulator command', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('serves until %s and exits with 0', async (signal) => {
    const child = start(['--port', '0']);
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    expect(line).toMatch(/^emulator http:\/\/127\.0\.0\.1:\d+$/);
    const response = await fetch(`${line.slice('emulator '.length)}/v1/realtime/client_secrets`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk-emulator' },
    });
    expect(response.status).toBe(200);
    await response.text();
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('prints the remedy in one line and exits with 1 when its port is in use', async () => {
    const otherServer = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void otherServer.close());
    await once(otherServer, 'listening');
    const address = otherServer.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const child = start(['--port', String(port)]);
    const [message, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect(code).toBe(1);
    expect(message).toMatch(new RegExp(`^Port ${port} is already in use; .*--port 0.*EMULATOR_PORT.*\\n$`));
  });

  it('prints the version of its package', async () => {
    const child = start(['--version']);
    expect(await text(child.stdout)).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('forwards %s to its program and exits with it', async (signal) => {
    const script = 'console.log(process.env.OPENAI_BASE_URL); setInterval(() => undefined, 1000);';
    const child = start(['exec', process.execPath, '-e', script]);
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const address = String((await lines.next()).value).replace('emulator ', '');
    expect((await lines.next()).value).toBe(`${address}/v1`);
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
    await expect(fetch(address)).rejects.toThrow();
  });

  it.each(['ws', 'websocket'])(
    'lets the official client openai/realtime/%s connect unmodified',
    async (kind) => {
      // Node 20 has a global WebSocket with this flag, newer versions always.
      const child = start(['exec', '--', process.execPath, '--experimental-websocket', officialClient, kind]);
      const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
      expect(output).toMatch(/^emulator http:\/\/127\.0\.0\.1:\d+\n/);
      expect(output).toContain(JSON.stringify({ token: 'ek_', address: 'wss:', text: 'You said: Hello' }));
      expect(code).toBe(0);
    },
  );

  it('adds its certificate to those of NODE_EXTRA_CA_CERTS, and removes the file at the end', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'certificates-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const existing = join(folder, 'company.pem');
    await writeFile(existing, 'COMPANY\n');
    const script =
      'const path = process.env.NODE_EXTRA_CA_CERTS; console.log(JSON.stringify({ path, text: fs.readFileSync(path, "utf8") }))';
    const child = start(['exec', process.execPath, '-e', script], { NODE_EXTRA_CA_CERTS: existing });
    const lines = (await text(child.stdout)).trim().split('\n');
    const bundle = JSON.parse(lines.at(-1) ?? '') as { path: string; text: string };
    expect(bundle.text).toMatch(/^COMPANY\n-----BEGIN CERTIFICATE-----\n[^]+-----END CERTIFICATE-----\n$/);
    expect(bundle.path).not.toBe(existing);
    expect(existsSync(bundle.path)).toBe(false);
  });

  it('exits with the code of its program, or with an error message when the program does not exist', async () => {
    const child = start(['exec', process.execPath, '-e', 'process.exit(3)']);
    expect(await once(child, 'exit')).toEqual([3, null]);
    const missing = start(['exec', 'no-such-program']);
    const [message, [code]] = await Promise.all([text(missing.stderr), once(missing, 'exit')]);
    expect(code).toBe(1);
    expect(message).toBe('no-such-program cannot be run: check its name, and that it is on the PATH.\n');
  });
});
