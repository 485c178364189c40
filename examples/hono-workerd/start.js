import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import workerd from 'workerd';

const { PORT = '3000' } = process.env;
const COOKIE_SECRET = process.env.COOKIE_SECRET || randomUUID();
const address = `127.0.0.1:${PORT}`;

// workerd writes to file descriptor 3 when it is ready.
const args = ['serve', 'config.capnp', `--socket-addr=http=${address}`, '--control-fd=3'];
const child = spawn(workerd.default, args, {
  cwd: new URL('.', import.meta.url),
  env: { ...process.env, COOKIE_SECRET },
  stdio: ['ignore', 'inherit', 'pipe', 'pipe'],
});
child.stdio[3]?.once('data', () => console.log(`open http://${address}`));
child.stderr?.setEncoding('utf8').on('data', (text) => {
  const message = text.includes('Address already in use')
    ? `Port ${PORT} is already in use: set PORT to a free one.`
    : text.trimEnd();
  // A chunk can contain only a newline.
  if (message !== '') console.error(message);
});
child.once('exit', (code) => process.exit(code ?? 0));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, (name) => child.kill(name));
