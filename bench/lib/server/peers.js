import { Buffer } from 'node:buffer';
import { createServer } from 'node:http';
import express from 'express';

const { fetch } = globalThis;
const headers = { Authorization: 'Bearer sk-bench-4f7b1d9c3a5e', 'Content-Type': 'application/json' };

/** The floor: passes the body on and the answer back, and looks at neither. */
export function bareProxy(origin) {
  const answer = async (message, response) => {
    const chunks = [];
    for await (const chunk of message) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const minted = await fetch(`${origin}/v1/realtime/client_secrets`, { method: 'POST', headers, body });
    const text = await minted.text();
    response.writeHead(minted.status, { 'Content-Type': 'application/json' }).end(text);
  };
  return createServer((message, response) => {
    answer(message, response).catch(() => response.destroy());
  });
}

/** As the official samples do it: no questions asked, a session from the source, the whole answer to the browser. */
export function officialSample(origin) {
  const app = express();
  const session = {
    type: 'realtime',
    model: 'gpt-realtime',
    instructions: 'Be brief.',
    audio: { output: { voice: 'marin' } },
  };
  app.all('/api/realtime-session', async (_request, response) => {
    try {
      const body = JSON.stringify({ session });
      const minted = await fetch(`${origin}/v1/realtime/client_secrets`, { method: 'POST', headers, body });
      response.json(await minted.json());
    } catch {
      response.status(500).json({ error: 'Failed to generate token' });
    }
  });
  return createServer(app);
}
