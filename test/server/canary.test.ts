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

const leakingText = Object.values(secrets).join(' ');
const leakingHeaders = { 'x-request-id': secrets.API_KEY, 'set-cookie': leakingText, 'x-leak': leakingText };
const leakingError = {
  error: { message: leakingText, type: secrets.API_KEY, code: secrets.API_KEY, param: secrets.MCP_TOKEN },
};
const tool = {
  type: 'mcp',
  server_label: 'crm',
  authorization: secrets.MCP_TOKEN,
  headers: { 'x-key': secrets.MCP_TOKEN },
};
const session = { instructions: secrets.INSTRUCTIONS, tools: [tool] };
const echo = minted({ ...session, prompt: { id: `${secrets.MCP_TOKEN} ${secrets.HMAC_KEY}` } });

const replies: Record<string, Reply> = {
  'a token': json(200, echo, leakingHeaders),
  'the key next to a token': json(200, minted({ ...session, prompt: { id: leakingText } }), leakingHeaders),
  'the key as a token': json(200, { ...echo, value: secrets.API_KEY }, leakingHeaders),
  'no token': json(200, leakingError, leakingHeaders),
  'refused parameters': json(400, leakingError, leakingHeaders),
  'a refused key': json(401, leakingError, leakingHeaders),
  'no such call': json(404, leakingError, leakingHeaders),
  'too many': json(429, leakingError, { ...leakingHeaders, 'retry-after': '60' }),
  'no quota': json(429, { error: { ...leakingError.error, code: 'insufficient_quota' } }, leakingHeaders),
  'a failure': json(500, leakingError, { ...leakingHeaders, 'retry-after': '60' }),
  'a page': (response) => response.writeHead(200, { 'content-type': 'text/html' }).end(leakingText),
  'a redirect': (response) =>
    response.writeHead(302, { location: `https://x.example/?${secrets.API_KEY}` }).end(),
  'half a response': (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 9999 });
    response.write(leakingText, () => response.destroy());
  },
  'a dropped connection': (response) => response.destroy(),
  'a body over the limit': (response) =>
    response.writeHead(200, leakingHeaders).end(leakingText.repeat(3000)),
  'no response': () => undefined,
};

const requests: Record<string, string> = {
  'a mint': rawPost('{}'),
  'another page': rawPost('{}', ['Origin: https://evil.example', 'Sec-Fetch-Site: cross-site']),
  'an allowed origin': rawPost('{"voice":"marin"}', ['Origin: https://ally.example']),
  'a field that may not be set': rawPost('{"instructions":"mine"}'),
  'a value out of range': rawPost('{"voice":5}'),
  'a body that is not JSON': rawPost('{'),
  'a body over the limit': rawPost(`{"voice":"${'x'.repeat(70_000)}"}`),
  'a hook that throws': rawPost('{}', ['X-User: throws']),
  'a preflight':
    'OPTIONS /mint HTTP/1.1\r\nHost: app.test\r\nOrigin: https://ally.example\r\nConnection: close\r\n\r\n',
  'another method': 'TRACE /mint HTTP/1.1\r\nHost: app.test\r\nConnection: close\r\n\r\n',
  'a malformed host':
    'POST /mint HTTP/1.1\r\nHost: a b/c\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}',
  'text that is not HTTP': 'hello\r\n\r\n',
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
      const sent = Object.values(requests);
      const responses = await Promise.all(sent.map((text) => raw(origin, text)));
      expect(responses.filter((response) => response.startsWith('HTTP/1.1 '))).toHaveLength(sent.length);
      expect(findPieces(responses.join('\n'))).toEqual([]);
    },
  );

  it('S34 leaks no part of a secret in logs, events, errors and inspected values', () => {
    // The process did print events, construction errors and all exports.
    for (const expected of [
      '"msg":"mint failed"',
      "type: 'failed'",
      '"type":"minted"',
      'mistake: TypeError',
      '[Function: toNodeHandler]',
    ]) {
      expect(printed).toContain(expected);
    }
    expect(printed).not.toContain('no mistake was found');
    expect(findPieces(printed)).toEqual([]);
  });

  it('S34 detects a leaked part of a secret', () => {
    expect(findPieces(`x${secrets.API_KEY.slice(3, 15)}y`)).not.toEqual([]);
  });
});
