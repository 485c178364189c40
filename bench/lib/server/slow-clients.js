import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { request } from './load.js';

/** Connections opened at a time: more would only wait in the server's queue. */
const BATCH = 250;
const LONGEST_WAIT_MS = 30_000;

/** Opens a connection, announces a body and sends the first byte of it. */
async function slowClient(port) {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(request('{', 40), 'latin1');
  return socket;
}

async function open(port, count) {
  const sockets = [];
  while (sockets.length < count) {
    const size = Math.min(BATCH, count - sockets.length);
    sockets.push(...(await Promise.all(Array.from({ length: size }, () => slowClient(port)))));
  }
  return sockets;
}

/** Asks until the server has so many connections, because what was sent is not yet what was read. */
async function whenConnected({ ask }, count) {
  const endMs = Date.now() + LONGEST_WAIT_MS;
  for (;;) {
    const connections = await ask('connections');
    if (connections === count) return;
    if (Date.now() > endMs) throw new Error(`The server has ${connections} connections, not ${count}.`);
    await wait(50);
  }
}

/** How many files this process may open leaves room for. */
export function affordable(count) {
  const { soft } = process.report.getReport().userLimits.open_files;
  return soft === 'unlimited' ? count : Math.min(count, Number(soft) - 500);
}

/** What so many clients take that hang within their bodies, and what is left of them: bytes for each. */
export async function memoryOfSlowClients(server, count) {
  await whenConnected(server, 0);
  const before = await server.ask('memory');
  const sockets = await open(server.port, count);
  await whenConnected(server, count);
  const during = await server.ask('memory');
  for (const socket of sockets) socket.destroy();
  await whenConnected(server, 0);
  // What ends with a connection ends a moment after it.
  await wait(500);
  const after = await server.ask('memory');
  return {
    resident: (during.rss - before.rss) / count,
    heap: (during.heap - before.heap) / count,
    left: (after.heap - before.heap) / count,
  };
}
