import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { createTurn } from './turn.js';

// A stand-in for the API in a separate process. Creates calls immediately, and sends every sideband the events of a conversation
// with a turn each ten seconds.

const TURN_MS = 10_000;
const ANSWER = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n';

const calls = new Map();
let sent = 0;

const server = createServer((message, response) => {
  message.resume();
  message.on('end', () => {
    const ended = /^\/v1\/realtime\/calls\/(\w+)\/hangup$/.exec(message.url)?.[1];
    if (ended !== undefined) {
      calls.get(ended)?.close();
      response.writeHead(calls.delete(ended) ? 200 : 404).end();
      return;
    }
    const id = `rtc_u1_${randomUUID().replaceAll('-', '')}`;
    calls.set(id, undefined);
    response
      .writeHead(201, { 'content-type': 'application/sdp', location: `/v1/realtime/calls/${id}` })
      .end(ANSWER);
  });
});
const sidebands = new WebSocketServer({ noServer: true });

server.on('upgrade', (message, socket, head) => {
  const id = new URL(message.url, 'http://127.0.0.1').searchParams.get('call_id');
  sidebands.handleUpgrade(message, socket, head, (sideband) => {
    sideband.on('error', () => undefined);
    calls.set(id, sideband);
    void converse(sideband);
  });
});

/** Sends turns until the sideband closes. The first one starts at a random time, so that calls are out of step. */
async function converse(sideband) {
  await wait(Math.random() * TURN_MS);
  for (let number = 1; sideband.readyState === sideband.OPEN; number += 1) {
    const turn = createTurn(number);
    for (const text of turn) {
      sideband.send(text);
      sent += 1;
      await wait(TURN_MS / turn.length);
    }
  }
}

process.on('message', () => process.send({ sent, attached: sidebands.clients.size }));
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
