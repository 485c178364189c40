import { compatible } from '@realtime-session/server';
import type { MintedEvent, RefusedEvent } from '@realtime-session/server';
import { describe, expect, it } from 'vitest';
import { API_KEY, post, read, useHarness } from '../support/harness.ts';
import { json, mintedBody } from '../support/upstream.ts';

describe('an upstream that repeats the API key', () => {
  const harness = useHarness();

  it.each<[string, object]>([
    ['the first 20 characters in the id', { id: `sess_${API_KEY.slice(0, 20)}` }],
    ['the last 12 characters in the id', { id: `sess_${API_KEY.slice(-12)}` }],
    ['a piece of the middle in the model', { model: `gpt-${API_KEY.slice(14, 30)}` }],
    ['a piece in the type of object', { object: API_KEY.slice(8, 24) }],
    ['a piece in an exposed field', { instructions: `Be ${API_KEY.slice(5, 25)}.` }],
  ])('S34 responds 502 when the browser would see %s', async (_what, session) => {
    harness.upstream.reply = json(200, mintedBody(120, session));
    for (const responseFormat of ['client_secret', 'session'] as const) {
      const response = await harness.create({ responseFormat, expose: ['instructions'] })(post());
      expect(response.status).toBe(502);
      expect(await response.text()).not.toContain(API_KEY.slice(14, 24));
    }
    expect(harness.events).toMatchObject([
      {
        code: 'upstream_invalid_response',
        remedy: expect.stringContaining('a part of the API key') as string,
      },
      { code: 'upstream_invalid_response' },
    ]);
    expect(JSON.stringify(harness.events)).not.toContain(API_KEY.slice(14, 24));
  });

  it('S34 responds 502 when the token contains a piece of the key', async () => {
    harness.upstream.reply = json(200, { ...mintedBody(), value: `ek_${API_KEY.slice(3, 23)}` });
    expect((await harness.create()(post())).status).toBe(502);
  });

  it('mints when a piece is in a field that stays on the server', async () => {
    harness.upstream.reply = json(200, mintedBody(120, { instructions: API_KEY.slice(0, 20) }));
    expect((await harness.create()(post())).status).toBe(200);
  });

  it('mints when the key and the token are JSON Web Tokens of one issuer', async () => {
    const header = 'eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIn0';
    const apiKey = `${header}.c2lnbmF0dXJlLW9mLXRoZS1rZXk`;
    const value = `${header}.Zm9vYmFyYmF6cXV4Zm9vYmFy`;
    harness.upstream.reply = json(200, { ...mintedBody(), value });
    expect((await harness.create({ apiKey })(post())).status).toBe(200);
    harness.upstream.reply = json(200, mintedBody(120, { id: apiKey.slice(-16) }));
    expect((await harness.create({ apiKey })(post())).status).toBe(502);
  });

  it('mints with the short key of the emulator', async () => {
    harness.upstream.reply = json(200, mintedBody(120, { id: 'sess_sk-emulate' }));
    expect((await harness.create({ apiKey: 'sk-emulator' })(post())).status).toBe(200);
  });
});

describe('the audit event', () => {
  const harness = useHarness();

  it.each([
    ['control characters', 'gpt-\u001B[31mred\r\nfake log line\u0000\u202E', 'gpt-[31mred fake log line'],
    ['a key', 'gpt sk-proj-abcdef', 'gpt (redacted)'],
    ['the token', `gpt ${mintedBody().value}`, 'gpt (redacted)'],
  ])('S34 shows no %s of the model that the upstream reports', async (_what, model, expected) => {
    harness.upstream.reply = json(200, mintedBody(120, { model }));
    await harness.create()(post());
    expect((harness.events[0] as MintedEvent).model).toBe(expected);
  });

  it('S34 limits the length of the model', async () => {
    harness.upstream.reply = json(200, mintedBody(120, { model: 'x-'.repeat(5000) }));
    await harness.create()(post());
    expect((harness.events[0] as MintedEvent).model).toHaveLength(200);
  });

  it('S34 shows no control characters of a model that the client chose', async () => {
    harness.upstream.reply = json(200, mintedBody(120, { model: undefined }));
    await harness.create({ allow: ['model'], session: { instructions: 'Be brief.' } })(
      post({ model: 'gpt\u001B[2J' }),
    );
    expect(JSON.stringify(harness.events[0])).not.toContain('\\u001b');
  });
});

describe('the path of a field', () => {
  const harness = useHarness();
  const names = [
    'Bearer sk-proj-abcdef0123',
    'bearer abc.def.ghi',
    'Basic dXNlcjpwYXNzd29yZA==',
    'authorization: Bearer abcdef0123',
    'x sk-proj-abcdef0123',
    'sk-\u200Bproj-abcdef0123',
    'https://ada:hunter2@host/',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1In0.c2ln',
  ];

  const nested = (name: string) => ({ type: 'realtime', audio: { output: { [name]: 1 } } });

  it.each([...names.map((name) => ({ [name]: 1 })), nested('Bearer sk-proj-abcdef0123')])(
    'S34 hides the key name of %j',
    async (body) => {
      const response = await harness.create({ allow: ['audio'] })(post(body));
      expect(response.status).toBe(400);
      expect((await read(response)).path).toMatch(/\(redacted\)/);
      const [event] = harness.events;
      expect((event as RefusedEvent).path).toMatch(/\(redacted\)/);
      expect(JSON.stringify(event)).not.toMatch(/abcdef|abc\.def|dXNl|hunter2|c2ln/);
    },
  );
});

describe('an upstream whose clock is wrong', () => {
  const harness = useHarness();
  const nowMs = Date.UTC(2026, 10, 26, 12);
  const hour = 3600;

  async function mintWith(
    dateOffSeconds: number | undefined,
    lifeSeconds: number,
    clockOffSeconds = 0,
  ): Promise<{ expires_in?: number; code?: string }> {
    const expires_at = nowMs / 1000 + lifeSeconds;
    const date = new Date(nowMs + (dateOffSeconds ?? 0) * 1000).toUTCString();
    const headers: HeadersInit = dateOffSeconds === undefined ? {} : { date };
    const fetch = () => Promise.resolve(Response.json({ ...mintedBody(), expires_at }, { headers }));
    const upstream = compatible({ baseUrl: 'https://gateway.example' });
    const handler = harness.create({ fetch, upstream, nowMs: () => nowMs + clockOffSeconds * 1000 });
    return (await read(await handler(post()))) as { expires_in?: number; code?: string };
  }

  it.each([
    ['30 years ahead', 30 * 365 * 24 * hour],
    ['56 years behind', -56 * 365 * 24 * hour],
    ['two days ahead', 48 * hour],
    ['two days behind', -48 * hour],
    ['two hours ahead', 2 * hour],
  ])('mints when its Date is %s', async (_what, offSeconds) => {
    expect((await mintWith(offSeconds, 60)).expires_in).toBe(60);
  });

  it.each([
    ['behind', -2 * hour],
    ['ahead', 2 * hour],
    ['decades ahead', 30 * 365 * 24 * hour],
  ])('uses its Date when the clock of this server is %s', async (_what, clockOffSeconds) => {
    expect((await mintWith(0, 60, clockOffSeconds)).expires_in).toBe(59);
  });

  it.each<[string, number | undefined, number, number]>([
    ['by both clocks', 0, -30, 0],
    ['by its Date, and this server is an hour behind', 0, -30, -hour],
    ['by the clock of this server, without a Date', undefined, -30, 0],
    ['by the clock of this server, and its Date is decades ahead', 30 * 365 * 24 * hour, -30, 0],
  ])(
    'responds 502 with a remedy for clocks when the token has expired %s',
    async (_what, date, life, clock) => {
      expect(await mintWith(date, life, clock)).toMatchObject({ code: 'upstream_invalid_response' });
      expect(harness.events[0]).toMatchObject({
        remedy: expect.stringContaining('clock of this server') as string,
      });
    },
  );

  it.each([
    ['30 years ahead', 30 * 365 * 24 * hour],
    ['56 years behind', -56 * 365 * 24 * hour],
  ])('passes on the right Retry-After when its Date is %s', async (_what, offSeconds) => {
    const headers = {
      'retry-after': new Date(nowMs + 33_000).toUTCString(),
      date: new Date(nowMs + offSeconds * 1000).toUTCString(),
    };
    const fetch = () => Promise.resolve(Response.json({}, { status: 429, headers }));
    const problem = await read(await harness.create({ fetch, nowMs: () => nowMs, timeoutMs: 1000 })(post()));
    expect(problem).toMatchObject({ code: 'upstream_busy', retry_after: 33 });
  });
});
