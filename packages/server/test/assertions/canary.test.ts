import { inspect } from 'node:util';
import { compatible } from '@realtime-session/server';
import type { SessionHandlerOptions } from '@realtime-session/server';
import { describe, expect, it } from 'vitest';
import { API_KEY, post, useHarness } from '../support/harness.ts';
import { inTurn, json, mintedBody } from '../support/upstream.ts';
import type { Reply } from '../support/upstream.ts';

const INSTRUCTIONS = 'You are Zebulon, keeper of the quarterly numbers 48151623.';
const MCP_TOKEN = 'mcp-Jk29sLq8Vx73nRt5';
const HMAC_KEY = 'hmac-Wd84kfPq02LmXz19';
const secrets = [API_KEY, INSTRUCTIONS, MCP_TOKEN, HMAC_KEY];
const tools = [
  {
    type: 'mcp' as const,
    server_label: 'crm',
    server_url: 'https://mcp.example',
    authorization: MCP_TOKEN,
    headers: { 'x-key': MCP_TOKEN },
  },
];

/** Every substring of 12 characters of every secret. */
const pieces = secrets.flatMap((secret) =>
  Array.from({ length: secret.length - 11 }, (_, start) => secret.slice(start, start + 12)),
);

function findPieces(text: string): string[] {
  return pieces.filter((piece) => text.includes(piece));
}

const leakingText = secrets.join(' ');

/** What an error of the owner can contain by accident. The text of its event has the error without what the server knows to be secret. */
const ownSecrets = `${API_KEY} ${HMAC_KEY}`;
const leakingError = {
  error: {
    message: leakingText,
    type: API_KEY,
    param: API_KEY,
    code: API_KEY.toLowerCase().replaceAll('-', '_'),
  },
};
const leakingHeaders = { 'x-request-id': API_KEY, 'set-cookie': API_KEY, 'x-leak': leakingText };
const echo = mintedBody(120, { instructions: INSTRUCTIONS, tools, prompt: { id: leakingText } });

const replies: Record<string, Reply> = {
  minted: json(200, echo, leakingHeaders),
  'refused key': json(401, leakingError, leakingHeaders),
  'refused parameters': json(400, leakingError, leakingHeaders),
  busy: json(429, leakingError, { ...leakingHeaders, 'retry-after': '30' }),
  failing: inTurn(json(500, leakingError, { ...leakingHeaders, 'retry-after-ms': '0' })),
  'the key as a token': json(200, { ...echo, value: API_KEY }, leakingHeaders),
  html: (_message, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(leakingText),
  redirect: (_message, response) =>
    response.writeHead(302, { location: `https://x.example/?k=${API_KEY}` }).end(),
};

const failures: Record<string, Partial<SessionHandlerOptions>> = {
  none: {},
  'everything exposed': { expose: ['tools', 'model'], responseFormat: 'session' },
  'a key function that throws': { apiKey: () => Promise.reject(new Error(ownSecrets)) },
  'an unusable key': { apiKey: () => `${API_KEY} ` },
  'authorize throws': {
    authorize: () => {
      throw new Error(ownSecrets);
    },
  },
  'session throws': {
    session: () => {
      throw new Error(ownSecrets);
    },
  },
  'session is wrong': {
    session: () => ({ instructions: INSTRUCTIONS, tools, temperature: leakingText }) as never,
  },
  'limiter throws': { limiter: { consume: () => Promise.reject(new Error(ownSecrets)) } },
  'fetch throws': { fetch: () => Promise.reject(new Error(ownSecrets)) },
};

describe('canary', () => {
  const harness = useHarness();
  const base = (): Partial<SessionHandlerOptions> => ({
    session: { type: 'realtime', instructions: INSTRUCTIONS, tools },
    safetyIdentifierKey: HMAC_KEY,
    upstream: compatible({ baseUrl: harness.upstream.origin }),
  });

  it.each(Object.keys(replies))(
    'S34 leaks no part of a secret in responses and events: upstream %s',
    async (name) => {
      for (const failure of Object.keys(failures)) {
        harness.upstream.reply = replies[name]!;
        const handler = harness.create({ ...base(), ...failures[failure] });
        const response = await handler(post());
        const seen = [
          JSON.stringify([...response.headers]),
          await response.text(),
          inspect(handler, { depth: 9 }),
        ];
        if (failure === 'session is wrong') expect(response.status).toBe(500);
        expect(findPieces(seen.join('\n')), failure).toEqual([]);
      }
      expect(findPieces(JSON.stringify(harness.events))).toEqual([]);
      expect(findPieces(inspect(harness.events, { depth: 9 }))).toEqual([]);
    },
  );

  it('S34 detects a leaked part of a secret', () => {
    expect(findPieces(`x${API_KEY.slice(3, 15)}y`)).not.toEqual([]);
  });

  it.each([
    { session: { instructions: 5, tools: leakingText } as never },
    { session: { type: 'realtime', tools: [{ type: 'mcp', authorization: MCP_TOKEN }] } as never },
    { upstream: undefined, timeoutMs: -1 },
  ])('S34 leaks no part of a secret in errors at construction', (options) => {
    const create = () => harness.create({ ...base(), ...options } as Partial<SessionHandlerOptions>);
    let message = '';
    try {
      create();
    } catch (error) {
      message = inspect(error);
    }
    expect(message).not.toBe('');
    expect(findPieces(message.replaceAll(/^\s+at .*$/gm, ''))).toEqual([]);
  });
});
