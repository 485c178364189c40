import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

const { PORT = '3000' } = process.env;
const [hostname, port] = ['127.0.0.1', Number(PORT)];
Object.assign(process.env, { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' });

// Like `next start`, with a clear message when the port is in use.
const { default: next } = await import('next');
const app = next({ dir: fileURLToPath(new URL('.', import.meta.url)), hostname, port });
await app.prepare();
const server = createServer(app.getRequestHandler());
server.once('error', ({ message }) => {
  const isBusy = message.includes('EADDRINUSE');
  console.error(isBusy ? `Port ${PORT} is already in use: set PORT to a free one.` : message);
  process.exit(1);
});
server.listen(port, hostname, () => console.log(`open http://127.0.0.1:${PORT}`));
