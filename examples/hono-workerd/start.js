import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import workerd from 'workerd';

const { PORT = '3000', COOKIE_SECRET = randomUUID() } = process.env;
const address = `127.0.0.1:${PORT}`;

// workerd tells on its fourth pipe when it listens.
const args = ['serve', 'config.capnp', `--socket-addr=http=${address}`, '--control-fd=3'];
const child = spawn(workerd.default, args, {
  cwd: new URL('.', import.meta.url),
  env: { ...process.env, COOKIE_SECRET },
  stdio: ['ignore', 'inherit', 'pipe', 'pipe'],
});
child.stdio[3]?.once('data', () => console.log(`open http://${address}`));
child.stderr?.setEncoding('utf8').on('data', (complaint) => {
  const isBusy = complaint.includes('Address already in use');
  console.error(isBusy ? `Port ${PORT} is already in use: set PORT to a free one.` : complaint.trimEnd());
});
child.once('exit', (code) => process.exit(code ?? 0));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, (name) => child.kill(name));
