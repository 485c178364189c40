import { readdirSync } from 'node:fs';
import * as issuers from '@realtime-session/core/issuers';
import { expect, it, onTestFinished, vi } from 'vitest';
import { read } from './support/markdown.ts';
import { openSite } from './support/open-site.ts';

const jwt = (seconds: number) => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  return `${part({ alg: 'HS256' })}.${part({ exp: now + seconds, nbf: now - 1 })}.c2ln`;
};
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
const isoIn = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

/** A response of each issuer, as a route passes it on. `Record` keeps the list complete. */
const responses: Record<keyof typeof issuers, { load: () => Promise<Snippet>; response: unknown }> = {
  openai: {
    load: () => import('./snippets/issuers/openai.ts'),
    response: { value: 'ek_1', expires_at: inSeconds(60) },
  },
  chatKit: {
    load: () => import('./snippets/issuers/chat-kit.ts'),
    response: { object: 'chatkit.session', client_secret: 'ek_18', expires_at: inSeconds(60) },
  },
  azure: {
    load: () => import('./snippets/issuers/azure.ts'),
    response: { value: 'ek_2', expires_at: inSeconds(60) },
  },
  xai: {
    load: () => import('./snippets/issuers/xai.ts'),
    response: { value: 'xai-client-secret.3', expires_at: inSeconds(60) },
  },
  gemini: {
    load: () => import('./snippets/issuers/gemini.ts'),
    response: { name: 'auth_tokens/4', newSessionExpireTime: isoIn(60) },
  },
  deepgram: {
    load: () => import('./snippets/issuers/deepgram.ts'),
    response: { access_token: 'dg_5', expires_in: 30 },
  },
  assemblyai: {
    load: () => import('./snippets/issuers/assemblyai.ts'),
    response: { token: 'aai_6', expires_in_seconds: 60 },
  },
  elevenlabsSignedUrl: {
    load: () => import('./snippets/issuers/elevenlabs-signed-url.ts'),
    response: { signed_url: 'wss://api.elevenlabs.io/v1/convai/conversation?signature=7' },
  },
  elevenlabsConversation: {
    load: () => import('./snippets/issuers/elevenlabs-conversation.ts'),
    response: { token: jwt(60), conversation_id: 'conv_8' },
  },
  elevenlabsSingleUse: {
    load: () => import('./snippets/issuers/elevenlabs-single-use.ts'),
    response: { token: 'sutkn_9' },
  },
  hume: {
    load: () => import('./snippets/issuers/hume.ts'),
    response: { access_token: 'hume_10', expires_in: 1800 },
  },
  livekit: {
    load: () => import('./snippets/issuers/livekit.ts'),
    response: { server_url: 'wss://project.livekit.cloud', participant_token: jwt(60) },
  },
  speechmatics: {
    load: () => import('./snippets/issuers/speechmatics.ts'),
    response: { key_value: jwt(60) },
  },
  cartesia: { load: () => import('./snippets/issuers/cartesia.ts'), response: { token: 'cartesia_13' } },
  soniox: {
    load: () => import('./snippets/issuers/soniox.ts'),
    response: { api_key: 'temp:14', expires_at: isoIn(60) },
  },
  vercelGateway: {
    load: () => import('./snippets/issuers/vercel-gateway.ts'),
    response: { token: 'vcst_15', expiresAt: inSeconds(60) },
  },
  aiSdk: {
    load: () => import('./snippets/issuers/ai-sdk.ts'),
    response: { token: 'ek_16', url: 'wss://api.openai.com/v1/realtime', expiresAt: inSeconds(60) },
  },
  tanstackAi: {
    load: () => import('./snippets/issuers/tanstack-ai.ts'),
    response: { provider: 'openai', token: 'ek_17', expiresAt: inSeconds(60) * 1000, config: {} },
  },
};

interface Snippet {
  readonly tokens: { getToken(): Promise<{ readonly value: string }>; dispose(): void };
}

it.each(Object.entries(responses))('reads the response of %s', async (name, { load, response }) => {
  const route = `/api/${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}-token`;
  await openSite({ [route]: () => Response.json(response) });
  const { tokens } = await load();
  const { value } = await tokens.getToken();
  expect(JSON.stringify(response)).toContain(value);
  tokens.dispose();
});

it('gives ChatKit the current secret, and a new one when it passes that one', async () => {
  vi.resetModules();
  let minted = 0;
  const route = () =>
    Response.json({
      object: 'chatkit.session',
      client_secret: `ek_${(minted += 1)}`,
      expires_at: inSeconds(60),
    });
  await openSite({ '/api/chat-kit-token': route });
  const { api, tokens } = await import('./snippets/issuers/chat-kit.ts');
  onTestFinished(() => tokens.dispose());
  expect(await api.getClientSecret(null)).toBe('ek_1');
  expect(await api.getClientSecret(null)).toBe('ek_1');
  expect(await api.getClientSecret('ek_1')).toBe('ek_2');
  expect(await api.getClientSecret('ek_1')).toBe('ek_2');
});

it('documents every issuer, with the same mint call as its source', async () => {
  const page = await read('docs/recipes/issuers.md');
  const files = readdirSync(new URL('snippets/issuers', import.meta.url));
  expect(files).toHaveLength(Object.keys(issuers).length);
  for (const name of Object.keys(issuers)) expect(page).toMatch(new RegExp(`\\.\\.\\.${name}\\b`));
  const folder = 'packages/core/src/lib/issuers';
  const sources = await Promise.all(
    readdirSync(new URL(`../../${folder}`, import.meta.url)).map((file) => read(`${folder}/${file}`)),
  );
  const calls = [...page.matchAll(/`((?:GET|POST) https:[^`]+)`/g)].map(([, call = '']) => call);
  expect(calls.length).toBeGreaterThan(10);
  const inSources = (call: string) => sources.some((source) => source.includes(`'${call}'`));
  // The parser of OpenAI's tokens is not in this folder.
  expect(calls.filter((call) => !inSources(call) && !call.includes('api.openai.com/v1/realtime'))).toEqual(
    [],
  );
});
