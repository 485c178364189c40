import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileWorker } from './support/compile.ts';
import { raw, rawPost } from './support/raw.ts';
import { json, minted, startUpstream } from './support/upstream.ts';
import type { Reply, Upstream } from './support/upstream.ts';

/** New secrets for each run, so that none of them can be in the code. */
const secrets = {
  API_KEY: `sk-proj-${randomBytes(24).toString('base64url')}`,
  MCP_TOKEN: `mcp-${randomBytes(18).toString('base64url')}`,
  INSTRUCTIONS: `You are ${randomBytes(12).toString('hex')}, keeper of ${randomBytes(12).toString('hex')}.`,
  HMAC_KEY: randomBytes(24).toString('hex'),
};

/** Every substring of 12 characters of every secret. */
const pieces = Object.values(secrets).flatMap((secret) =>
  Array.from({ length: secret.length - 11 }, (_, start) => secret.slice(start, start + 12)),
);

function findPieces(text: string): string[] {
  return pieces.filter((piece) => text.includes(piece));
}

const gossip = Object.values(secrets).join(' ');
const gossipHeaders = { 'x-request-id': secrets.API_KEY, 'set-cookie': gossip, 'x-gossip': gossip };
const gossipError = {
  error: { message: gossip, type: secrets.API_KEY, code: secrets.API_KEY, param: secrets.MCP_TOKEN },
};
const tool = {
  type: 'mcp',
  server_label: 'crm',
  authorization: secrets.MCP_TOKEN,
  headers: { 'x-key': secrets.MCP_TOKEN },
};
const own = { instructions: secrets.INSTRUCTIONS, tools: [tool] };
const echo = minted({ ...own, prompt: { id: `${secrets.MCP_TOKEN} ${secrets.HMAC_KEY}` } });

const replies: Record<string, Reply> = {
  'a token': json(200, echo, gossipHeaders),
  'the key next to a token': json(200, minted({ ...own, prompt: { id: gossip } }), gossipHeaders),
  'the key as a token': json(200, { ...echo, value: secrets.API_KEY }, gossipHeaders),
  'no token': json(200, gossipError, gossipHeaders),
  'refused parameters': json(400, gossipError, gossipHeaders),
  'a refused key': json(401, gossipError, gossipHeaders),
  'no such call': json(404, gossipError, gossipHeaders),
  'too many': json(429, gossipError, { ...gossipHeaders, 'retry-after': '60' }),
  'no quota': json(429, { error: { ...gossipError.error, code: 'insufficient_quota' } }, gossipHeaders),
  'a failure': json(500, gossipError, { ...gossipHeaders, 'retry-after': '60' }),
  'a page': (response) => response.writeHead(200, { 'content-type': 'text/html' }).end(gossip),
  'a redirect': (response) =>
    response.writeHead(302, { location: `https://x.example/?${secrets.API_KEY}` }).end(),
  'half an answer': (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 9999 });
    response.write(gossip, () => response.destroy());
  },
  'a hang-up': (response) => response.destroy(),
  'far too much': (response) => response.writeHead(200, gossipHeaders).end(gossip.repeat(3000)),
  silence: () => undefined,
};

const requests: Record<string, string> = {
  'a mint': rawPost('{}'),
  'another page': rawPost('{}', ['Origin: https://evil.example', 'Sec-Fetch-Site: cross-site']),
  'an ally': rawPost('{"voice":"marin"}', ['Origin: https://ally.example']),
  'a field that may not be set': rawPost('{"instructions":"mine"}'),
  'a value out of range': rawPost('{"voice":5}'),
  'no JSON': rawPost('{'),
  'too much': rawPost(`{"voice":"${'x'.repeat(70_000)}"}`),
  'a hook that throws': rawPost('{}', ['X-User: trouble']),
  'a preflight':
    'OPTIONS /mint HTTP/1.1\r\nHost: app.test\r\nOrigin: https://ally.example\r\nConnection: close\r\n\r\n',
  'another method': 'TRACE /mint HTTP/1.1\r\nHost: app.test\r\nConnection: close\r\n\r\n',
  'a malformed host':
    'POST /mint HTTP/1.1\r\nHost: a b/c\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}',
  'no HTTP': 'hello\r\n\r\n',
};

describe('secrets', () => {
  let upstream: Upstream;
  let child: ChildProcess;
  let origin: string;
  let printed = '';

  beforeAll(async () => {
    upstream = await startUpstream();
    child = fork(await compileWorker('canary-process'), [upstream.origin], {
      env: { ...process.env, ...secrets },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (printed += text));
    }
    const [ready] = (await once(child, 'message')) as [{ origin: string }];
    origin = ready.origin;
  });
  afterAll(async () => {
    const ended = [child.stdout, child.stderr].map((stream) => once(stream!, 'end'));
    child.disconnect();
    await Promise.all(ended);
    await upstream.close();
    expect(findPieces(printed)).toEqual([]);
  });

  it.each(Object.keys(replies))(
    'S34 leaks no part of a secret in any response byte: upstream %s',
    async (name) => {
      upstream.reply = replies[name]!;
      const asked = Object.values(requests);
      const answers = await Promise.all(asked.map((text) => raw(origin, text)));
      expect(answers.filter((answer) => answer.startsWith('HTTP/1.1 '))).toHaveLength(asked.length);
      expect(findPieces(answers.join('\n'))).toEqual([]);
    },
  );

  it('S34 leaks no part of a secret in logs, events, errors and inspected values', () => {
    // The process did print events, construction errors and all exports.
    for (const proof of [
      '"msg":"mint failed"',
      "type: 'failed'",
      '"type":"minted"',
      'mistake: TypeError',
      '[Function: toNodeHandler]',
    ]) {
      expect(printed).toContain(proof);
    }
    expect(printed).not.toContain('no mistake was found');
    expect(findPieces(printed)).toEqual([]);
  });

  it('S34 detects a leaked part of a secret', () => {
    expect(findPieces(`x${secrets.API_KEY.slice(3, 15)}y`)).not.toEqual([]);
  });
});
