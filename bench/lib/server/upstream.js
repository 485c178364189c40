import { createServer } from 'node:http';

// An API stub in a separate process. Responds to every call immediately with a token.
const session = { type: 'realtime', object: 'realtime.session', id: 'sess_bench', model: 'gpt-realtime-2.1' };

const server = createServer((message, response) => {
  message.resume();
  message.on('end', () => {
    const expires_at = Math.floor(Date.now() / 1000) + 120;
    response
      .writeHead(200, { 'content-type': 'application/json', 'x-request-id': 'req_bench' })
      .end(JSON.stringify({ value: 'ek_68af296e8e408191a1120ab6383263c2', expires_at, session }));
  });
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit());
