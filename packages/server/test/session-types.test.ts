import { createSessionHandler } from '@realtime-session/server';
import type { KnownFields, Principal, SessionHandlerOptions, SessionParams } from '@realtime-session/server';
import { createCallHandler, openaiLive } from '@realtime-session/server/calls';
import type { CallHandlerOptions } from '@realtime-session/server/calls';
import { expect, expectTypeOf, it } from 'vitest';

const model = 'gpt-realtime-2.1';
const base = {
  apiKey: 'sk-test',
  authorize: () => ({ id: 'ann', plan: 'pro' as 'free' | 'pro' }),
  onEvent: () => {},
};
const typo = { instrctions: 'Be brief.' };
const nestedTypo = { audio: { output: { voce: 'marin' } } };

it.each<[string, () => unknown]>([
  [
    'a session function',
    // @ts-expect-error -- the name is instructions
    () => createSessionHandler({ ...base, session: () => ({ model, instrctions: 'Be brief.' }) }),
  ],
  [
    'an asynchronous session function',
    // @ts-expect-error -- the name is instructions
    () => createSessionHandler({ ...base, session: async () => Promise.resolve({ model, ...typo }) }),
  ],
  [
    'a nested field',
    // @ts-expect-error -- the name is voice
    () => createSessionHandler({ ...base, session: ({ plan }) => ({ model: plan, ...nestedTypo }) }),
  ],
  [
    'a field of an element of a list',
    // @ts-expect-error -- the name is name
    () => createSessionHandler({ ...base, session: () => ({ model, tools: [{ nam: 'look_up' }] }) }),
  ],
  [
    'one of two results',
    () =>
      // @ts-expect-error -- the name is instructions
      createSessionHandler({ ...base, session: ({ plan }) => (plan === 'pro' ? { model, ...typo } : null) }),
  ],
  [
    'a conditional field',
    () =>
      // @ts-expect-error -- the name is instructions
      createSessionHandler({ ...base, session: ({ plan }) => ({ model, ...(plan === 'pro' ? typo : {}) }) }),
  ],
  [
    'a field next to those of the page',
    // @ts-expect-error -- the name is instructions
    () => createSessionHandler({ ...base, session: (_user, params) => ({ ...params, ...typo }) }),
  ],
  [
    'a field of a call',
    // @ts-expect-error -- the name is instructions
    () => createCallHandler({ ...base, session: () => ({ model, instrctions: 'Be brief.' }) }),
  ],
  [
    'a nested field of a call',
    // @ts-expect-error -- the name is voice
    () => createCallHandler({ ...base, session: async () => Promise.resolve({ model, ...nestedTypo }) }),
  ],
  [
    'a nested field of a Live call',
    // @ts-expect-error -- the name is voice
    () => createCallHandler({ ...base, upstream: openaiLive(), session: () => ({ model, ...nestedTypo }) }),
  ],
])('does not compile with an unknown name in %s', (_where, create) => {
  // The configuration of a function is only known at a request.
  expect(create).not.toThrow();
});

it('names the field in the message', () => {
  type Message = KnownFields<
    { model: string; audio: { voce: string } },
    { model: string; audio: { voice: string } }
  >;
  expectTypeOf<Message['model']>().toEqualTypeOf<string>();
  expectTypeOf<Message['audio']['voce']>().toEqualTypeOf<'voce is not a session parameter'>();
});

it('compiles with what a session can have', () => {
  const preset: SessionParams = { type: 'realtime', model, audio: { output: { voice: 'marin' } } };
  const parameters = { type: 'object', properties: { anything: { of: { any: 'depth' } } } };
  const sessions = [
    createSessionHandler({ ...base, session: preset }),
    createSessionHandler({ ...base, session: () => preset }),
    createSessionHandler({ ...base, session: () => ({ model }) satisfies SessionParams }),
    createSessionHandler({ ...base, session: async () => Promise.resolve(null) }),
    createSessionHandler({
      ...base,
      session: ({ plan }) => (plan === 'pro' ? { model, voice: 'marin' } : { model }),
    }),
    createSessionHandler({
      ...base,
      session: ({ plan }) => ({ model, ...(plan === 'pro' && { voice: 'marin' }) }),
    }),
    createSessionHandler({ ...base, session: (user, params) => ({ ...params, model: user.plan }) }),
    createSessionHandler({
      ...base,
      session: () => ({ model, tools: [{ type: 'function', name: 'f', parameters }] }),
    }),
    createSessionHandler({
      ...base,
      session: () => ({ model, audio: { input: { turn_detection: { type: 'server_vad' } } } }),
    }),
    createSessionHandler({ ...base, session: () => JSON.parse('{}') as never }),
    createSessionHandler({
      ...base,
      unknownFields: 'pass',
      session: ({ plan }) => ({ model: plan, memory: { on: 1 } }),
    }),
    createSessionHandler<{ readonly id: string }>({ ...base, session: ({ id }) => ({ model: id }) }),
    createCallHandler({ ...base, session: (user, params) => ({ ...params, model: user.plan }) }),
    createCallHandler({ ...base, unknownFields: 'pass', session: () => ({ model, memory: { on: 1 } }) }),
    createCallHandler({
      ...base,
      upstream: openaiLive(),
      session: () => ({ model: 'gpt-live-1.1', client: { data_channel: { allowed_client_events: 'all' } } }),
    }),
  ];
  expect(sessions.map((handler) => handler.state)).toEqual(sessions.map(() => 'open'));
});

it('compiles with options of a declared type', () => {
  const create = <P extends Principal>(options: SessionHandlerOptions<P>) => createSessionHandler(options);
  const createCalls = <P extends Principal>(options: CallHandlerOptions<P>) => createCallHandler(options);
  expect(create({ ...base, session: ({ plan }) => ({ model: plan }) }).state).toBe('open');
  expect(createCalls({ ...base, session: ({ plan }) => ({ model: plan }) }).state).toBe('open');
});
