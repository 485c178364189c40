// Serves a page for the realtime session of the AI SDK, and its tokens, as an application does.
import { createServer } from 'node:http';
import { openai } from '@ai-sdk/openai';
import { MODEL } from './conversation.mjs';

const server = createServer((request, response) => {
  if (request.url === '/') {
    response.setHeader('content-type', 'text/html').end('<!doctype html><link rel="icon" href="data:,">');
    return;
  }
  openai.experimental_realtime.getToken({ model: MODEL }).then(
    (setup) => response.setHeader('content-type', 'application/json').end(JSON.stringify(setup)),
    (error) => response.writeHead(500).end(String(error)),
  );
});
server.listen(0, '127.0.0.1', () => console.log(`http://localhost:${server.address().port}/`));
