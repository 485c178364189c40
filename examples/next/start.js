import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createRealtimeEmulator } from '@realtime-session/emulator';
import { emulatorEnvironment } from '@realtime-session/emulator/testing';

const { OPENAI_API_KEY = '', PORT = '3000' } = process.env;
const next = createRequire(import.meta.url).resolve('next/dist/bin/next');

// Without a key there is an emulator in place of the API.
const emulator = OPENAI_API_KEY === '' ? await createRealtimeEmulator() : undefined;
if (emulator !== undefined) console.log(`emulator ${emulator.url}`);

const server = spawn(process.execPath, [next, 'start', '--hostname', '127.0.0.1', '--port', PORT], {
  cwd: new URL('.', import.meta.url),
  env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', ...(emulator && emulatorEnvironment(emulator)) },
  stdio: 'inherit',
});

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, (name) => server.kill(name));
server.on('exit', async (code) => {
  await emulator?.close();
  process.exit(code ?? 0);
});
