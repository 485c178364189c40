import { createTokenManager, TokenError } from '@realtime-session/core';
import * as issuers from '@realtime-session/core/issuers';
import { createManualEnvironment } from '@realtime-session/core/testing';
import { describe, expect, test } from 'vitest';

/** The manual clock's first reading: 2027-01-15T08:00:00Z. */
const NOW_S = 1_800_000_000;

function jwt(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}.c2lnbmF0dXJl`;
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

/** The documented response of each issuer, and what a manager reads from it. */
const documented: Record<
  keyof typeof issuers,
  { response: unknown; value: string; lifetimeMs: number; source: string; session?: unknown }
> = {
  openai: {
    response: {
      value: 'ek_68af296e8e408191a1120ab6383263c2',
      expires_at: NOW_S + 600,
      session: { type: 'realtime', object: 'realtime.session', id: 'sess_1', expires_at: 0 },
    },
    value: 'ek_68af296e8e408191a1120ab6383263c2',
    lifetimeMs: 600_000,
    source: 'trusted',
    session: { type: 'realtime', object: 'realtime.session', id: 'sess_1', expires_at: 0 },
  },
  chatKit: {
    response: {
      id: 'cksess_123',
      object: 'chatkit.session',
      client_secret: 'ek_chatkit',
      expires_at: NOW_S + 600,
      max_requests_per_1_minute: 10,
      rate_limits: { max_requests_per_1_minute: 10 },
      status: 'active',
      user: 'user_1',
      workflow: { id: 'wf_1', version: null },
    },
    value: 'ek_chatkit',
    lifetimeMs: 600_000,
    source: 'trusted',
  },
  azure: {
    response: { id: 'sess_2', client_secret: { value: 'ek_azure', expires_at: NOW_S + 60 } },
    value: 'ek_azure',
    lifetimeMs: 60_000,
    source: 'trusted',
    session: { id: 'sess_2' },
  },
  xai: {
    response: { value: 'xai-client-secret.abc123', expires_at: NOW_S + 300 },
    value: 'abc123',
    lifetimeMs: 300_000,
    source: 'trusted',
  },
  gemini: {
    response: {
      name: 'auth_tokens/abc123',
      newSessionExpireTime: iso(NOW_S + 90),
      expireTime: iso(NOW_S + 1_800),
      uses: 1,
    },
    value: 'auth_tokens/abc123',
    lifetimeMs: 90_000,
    source: 'trusted',
  },
  deepgram: {
    response: { access_token: jwt({ exp: NOW_S + 31 }), expires_in: 30 },
    value: jwt({ exp: NOW_S + 31 }),
    lifetimeMs: 30_000,
    source: 'relative',
  },
  assemblyai: {
    response: { token: 'temp_abc', expires_in_seconds: 60 },
    value: 'temp_abc',
    lifetimeMs: 60_000,
    source: 'relative',
  },
  elevenlabsSignedUrl: {
    response: {
      signed_url: 'wss://api.elevenlabs.io/v1/convai/conversation?agent_id=a&conversation_signature=s',
    },
    value: 'wss://api.elevenlabs.io/v1/convai/conversation?agent_id=a&conversation_signature=s',
    lifetimeMs: 900_000,
    source: 'assumed',
  },
  elevenlabsConversation: {
    response: { token: jwt({ exp: NOW_S + 120, nbf: NOW_S }), conversation_id: 'conv_1' },
    value: jwt({ exp: NOW_S + 120, nbf: NOW_S }),
    lifetimeMs: 120_000,
    source: 'trusted',
    session: { id: 'conv_1' },
  },
  elevenlabsSingleUse: {
    response: { token: 'sutkn_abc' },
    value: 'sutkn_abc',
    lifetimeMs: 900_000,
    source: 'assumed',
  },
  hume: {
    response: { access_token: 'hume_abc', token_type: 'Bearer', expires_in: 1_800 },
    value: 'hume_abc',
    lifetimeMs: 1_800_000,
    source: 'relative',
  },
  livekit: {
    response: {
      server_url: 'wss://project.livekit.cloud',
      participant_token: jwt({ exp: NOW_S + 3_600, nbf: NOW_S, name: 'Zoë' }),
    },
    value: jwt({ exp: NOW_S + 3_600, nbf: NOW_S, name: 'Zoë' }),
    lifetimeMs: 3_600_000,
    source: 'trusted',
    session: { serverUrl: 'wss://project.livekit.cloud' },
  },
  speechmatics: {
    response: { apikey_id: null, key_value: jwt({ exp: NOW_S + 50 }) },
    value: jwt({ exp: NOW_S + 50 }),
    lifetimeMs: 50_000,
    source: 'trusted',
  },
  cartesia: {
    response: { token: 'cartesia_abc', expires_in: 120 },
    value: 'cartesia_abc',
    lifetimeMs: 120_000,
    source: 'relative',
  },
  soniox: {
    response: { api_key: 'temp:abc', expires_at: iso(NOW_S + 240) },
    value: 'temp:abc',
    lifetimeMs: 240_000,
    source: 'trusted',
  },
  vercelGateway: {
    response: { token: 'vcst_abc', expiresAt: NOW_S + 60 },
    value: 'vcst_abc',
    lifetimeMs: 60_000,
    source: 'trusted',
  },
  aiSdk: {
    response: { token: 'ek_sdk', url: 'wss://api.openai.com/v1/realtime', expiresAt: NOW_S + 60 },
    value: 'ek_sdk',
    lifetimeMs: 60_000,
    source: 'trusted',
    session: { url: 'wss://api.openai.com/v1/realtime' },
  },
  tanstackAi: {
    response: {
      provider: 'openai',
      token: 'ek_tan',
      expiresAt: (NOW_S + 60) * 1000,
      config: { model: 'gpt-realtime-2.1' },
    },
    value: 'ek_tan',
    lifetimeMs: 60_000,
    source: 'trusted',
    session: { provider: 'openai', config: { model: 'gpt-realtime-2.1' } },
  },
};

const names = Object.keys(documented) as (keyof typeof documented)[];
const singleUse = [
  'gemini',
  'assemblyai',
  'elevenlabsConversation',
  'elevenlabsSingleUse',
  'vercelGateway',
  'aiSdk',
];

function managerFor(name: keyof typeof documented, ...responses: unknown[]) {
  const environment = createManualEnvironment();
  const { parse, ...rest } = issuers[name];
  const tokens = createTokenManager<unknown, unknown>({
    fetchToken: () => responses.shift(),
    environment,
    retry: { limit: 1 },
    parse,
    ...rest,
  });
  return { tokens, environment };
}

describe('every issuer', () => {
  test('has its documented response here', () => {
    expect([...names].sort()).toEqual(Object.keys(issuers).sort());
  });

  test.each(names)(
    '%s: reads the token, its lifetime and its session from the documented response',
    async (name) => {
      const { response, value, lifetimeMs, source, session } = documented[name];
      const { tokens, environment } = managerFor(name, response);
      const seen: unknown[] = [];
      tokens.on((event) => event.type === 'mint-succeeded' && seen.push(event.expirySource));
      const token = await tokens.getToken();
      expect(token.value).toBe(value);
      expect(token.session).toEqual(session);
      expect(token.remainingMs()).toBe(lifetimeMs);
      expect(seen).toEqual([source]);
      await environment.clock.advance(1_000);
      expect(tokens.peek()?.value).toBe(singleUse.includes(name) ? undefined : value);
    },
  );

  test.each(names)(
    '%s: rejects a response in another format with a remedy and without quoting it',
    (name) => {
      const { parse } = issuers[name];
      const wrong = [
        { secret: 'ek_hidden' },
        { error: { message: 'ek_hidden' } },
        ['ek_hidden'],
        null,
        7,
        { token: 'ek hidden', value: 'ek hidden', access_token: 'ek hidden', key_value: 'ek hidden' },
        { token: '', value: ' ', access_token: '', name: '', api_key: '', participant_token: '' },
      ];
      for (const raw of wrong) {
        const error = thrownBy(() => parse(raw));
        expect(TokenError.is(error)).toBe(true);
        expect(error).toMatchObject({ code: 'invalid-response', fatal: false });
        expect(String(error)).toMatch(/Return (the response of|\{ value)/);
        expect(JSON.stringify([error, String(error)])).not.toContain('hidden');
      }
    },
  );

  test.each(names)('%s: rejects a response that contains an error next to the token', (name) => {
    const { parse } = issuers[name];
    const response = { ...(documented[name].response as object), client_secret: undefined, error: 'quota' };
    expect(() => parse(response)).toThrow(/contains an error/);
  });

  test('rejects a standing key with every parser', async () => {
    const { tokens } = managerFor('deepgram', { access_token: 'sk-live', expires_in: 30 });
    await expect(tokens.getToken()).rejects.toMatchObject({ code: 'standing-key-leaked' });
  });

  test('lets later options override its defaults', async () => {
    const responses = [{ token: 'temp_1', expires_in_seconds: 60 }];
    const tokens = createTokenManager({
      fetchToken: () => responses.shift(),
      environment: createManualEnvironment(),
      ...issuers.assemblyai,
      reuse: 'until-expiry',
    });
    expect(await tokens.getToken()).toBe(await tokens.getToken());
  });
});

describe('chatKit', () => {
  const lifetimeOf = async (response: object): Promise<number> => {
    const { tokens } = managerFor('chatKit', response);
    return (await tokens.getToken()).remainingMs();
  };

  test('assumes the default of ten minutes when the route returns the secret alone, as in OpenAI’s sample', async () => {
    expect(await lifetimeOf({ client_secret: 'ek_chatkit' })).toBe(600_000);
    expect(await lifetimeOf({ client_secret: 'ek_chatkit', expires_in: 90 })).toBe(90_000);
  });

  test('rejects a Realtime token in its place', () => {
    const realtime = { client_secret: { value: 'ek_1', expires_at: NOW_S + 60 } };
    expect(() => issuers.chatKit.parse(realtime)).toThrow(/chatkit\/sessions/);
  });
});

describe('gemini', () => {
  const lifetimeOf = async (response: object): Promise<number> => {
    const { tokens } = managerFor('gemini', response);
    return (await tokens.getToken()).remainingMs();
  };

  test('uses the earlier of both times', async () => {
    const early = iso(NOW_S + 40);
    const late = iso(NOW_S + 100);
    expect(await lifetimeOf({ name: 'auth_tokens/a', newSessionExpireTime: late, expireTime: early })).toBe(
      40_000,
    );
    expect(await lifetimeOf({ name: 'auth_tokens/a', newSessionExpireTime: early, expireTime: late })).toBe(
      40_000,
    );
    expect(await lifetimeOf({ name: 'auth_tokens/a', newSessionExpireTime: late })).toBe(100_000);
  });

  test('assumes the default minute without a time to open a session', async () => {
    expect(await lifetimeOf({ name: 'auth_tokens/a' })).toBe(60_000);
    expect(await lifetimeOf({ name: 'auth_tokens/a', expireTime: iso(NOW_S + 1_800) })).toBe(60_000);
    expect(await lifetimeOf({ name: 'auth_tokens/a', expires_in: 30 })).toBe(30_000);
  });
});

describe('tokens that are JWTs', () => {
  const lifetimeOf = async (name: keyof typeof documented, response: object): Promise<number> => {
    const { tokens } = managerFor(name, response);
    return (await tokens.getToken()).remainingMs();
  };

  test('have their exp read when the response has no expiry', async () => {
    const token = jwt({ exp: NOW_S + 25 });
    expect(await lifetimeOf('deepgram', { access_token: token })).toBe(25_000);
    expect(await lifetimeOf('livekit', { participantToken: token })).toBe(25_000);
    expect(await lifetimeOf('elevenlabsConversation', { token })).toBe(25_000);
  });

  test('use the response’s expiry before exp', async () => {
    const token = jwt({ exp: NOW_S + 1_000 });
    expect(await lifetimeOf('livekit', { participant_token: token, expires_in: 40 })).toBe(40_000);
    expect(await lifetimeOf('speechmatics', { key_value: token, expires_at: NOW_S + 30 })).toBe(30_000);
    expect(await lifetimeOf('elevenlabsConversation', { token, expiration_time_unix_secs: NOW_S + 20 })).toBe(
      20_000,
    );
  });

  test.each([
    ['no JWT', 'opaque'],
    ['claims that are not JSON', 'aGk.aGk.aGk'],
    ['claims that are not an object', `e30.${Buffer.from('[1]').toString('base64url')}.e30`],
    ['claims that are not base64', 'e30.!!!.e30'],
    ['four parts', `${jwt({ exp: NOW_S + 5_000 })}.more`],
    ['exp as text', jwt({ exp: `${NOW_S + 5_000}` })],
    ['exp of 0', jwt({ exp: 0 })],
    ['exp below 0', jwt({ exp: -5 })],
  ])('have no readable lifetime: %s', async (_name, token) => {
    expect(await lifetimeOf('livekit', { participant_token: token })).toBe(Infinity);
    expect(await lifetimeOf('speechmatics', { key_value: token })).toBe(60_000);
  });

  test('are rejected when a LiveKit token never becomes valid', () => {
    const never = jwt({ nbf: NOW_S, exp: NOW_S });
    expect(() => issuers.livekit.parse({ participant_token: never })).toThrow(/before it becomes valid/);
  });

  test('are not searched for in responses of other issuers', async () => {
    expect(await lifetimeOf('cartesia', { token: jwt({ exp: NOW_S + 50 }) })).toBe(Infinity);
    expect(await lifetimeOf('openai', { value: jwt({ exp: NOW_S + 50 }) })).toBe(Infinity);
  });
});

describe('a translation token of OpenAI', () => {
  const response = {
    value: 'ek_translation',
    expires_at: NOW_S + 600,
    session: { id: 'sess_1', type: 'translation', model: 'gpt-realtime-translate', expires_at: NOW_S + 600 },
  };

  test.each([
    ['by default', undefined],
    ['by the issuer openai', issuers.openai.parse],
  ])('is read %s', async (_how, parse) => {
    const tokens = createTokenManager({
      fetchToken: () => response,
      environment: createManualEnvironment(),
      ...(parse === undefined ? {} : { parse }),
    });
    const token = await tokens.getToken();
    expect(token.value).toBe('ek_translation');
    expect(token.remainingMs()).toBe(600_000);
    expect(token.session).toEqual(response.session);
    expect(token.callsUrl).toBeUndefined();
  });

  test('keeps the calls address that the mint route names', async () => {
    const calls_url = 'https://api.openai.com/v1/realtime/translations/calls';
    const tokens = createTokenManager({
      fetchToken: () => ({ ...response, calls_url }),
      environment: createManualEnvironment(),
    });
    expect((await tokens.getToken()).callsUrl).toBe(calls_url);
  });
});

describe('formats of official helpers', () => {
  test('include Hume’s bare string and ElevenLabs’ camel case', () => {
    expect(issuers.hume.parse('hume_abc').value).toBe('hume_abc');
    expect(issuers.elevenlabsSignedUrl.parse({ signedUrl: 'wss://a.example' }).value).toBe('wss://a.example');
    expect(issuers.elevenlabsConversation.parse({ token: 't', conversationId: 'c' }).session).toEqual({
      id: 'c',
    });
  });

  test('reject a token in place of a signed URL', () => {
    expect(() => issuers.elevenlabsSignedUrl.parse({ signed_url: 'eyJ.token' })).toThrow(/WebSocket URL/);
    expect(() => issuers.elevenlabsSignedUrl.parse({ signed_url: 'https://a.example' })).toThrow(
      /get-signed-url/,
    );
  });

  test('keep an xAI value without the prefix as it is', () => {
    expect(issuers.xai.parse({ value: 'abc' }).value).toBe('abc');
  });

  test('leave missing fields undefined', () => {
    expect(issuers.livekit.parse({ participant_token: 't', server_url: 7 }).session).toEqual({
      serverUrl: undefined,
    });
    expect(issuers.aiSdk.parse({ token: 't' }).session).toEqual({ url: undefined });
    expect(issuers.tanstackAi.parse({ token: 't' }).session).toEqual({
      provider: undefined,
      config: undefined,
    });
    expect(issuers.elevenlabsConversation.parse({ token: 't' }).session).toBeUndefined();
  });

  test('read TanStack’s milliseconds and Vercel’s seconds as the same moment', () => {
    const moment = { expiresAtMs: NOW_S * 1000 };
    expect(issuers.tanstackAi.parse({ token: 't', expiresAt: NOW_S * 1000 })).toMatchObject(moment);
    expect(issuers.vercelGateway.parse({ token: 't', expiresAt: NOW_S })).toMatchObject(moment);
  });
});

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (thrown) {
    return thrown;
  }
  return undefined;
}
