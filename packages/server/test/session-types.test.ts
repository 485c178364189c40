import { createSessionHandler, openai, openaiTranslations } from '@realtime-session/server';
import type {
  KnownFields,
  Principal,
  SessionHandlerOptions,
  SessionParams,
  TranslationHandlerOptions,
} from '@realtime-session/server';
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
const translationBase = { ...base, upstream: openaiTranslations() };
const translationModel = 'gpt-realtime-translate';
const spanish = { model: translationModel, audio: { output: { language: 'es' } } };
const instructions = { instructions: 'Be brief.' };
const translationTypo = { audio: { output: { langauge: 'es' } } };

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
    'a translation session function',
    () =>
      // @ts-expect-error -- the name is language
      createSessionHandler({ ...translationBase, session: () => ({ ...spanish, ...translationTypo }) }),
  ],
  [
    'an asynchronous translation session function',
    () =>
      // @ts-expect-error -- a translation session has no instructions
      createSessionHandler({ ...translationBase, session: async () => Promise.resolve({ ...spanish, ...instructions }) }), // prettier-ignore
  ],
  [
    'a field next to those of the page for a translation',
    () =>
      // @ts-expect-error -- the name is language
      createSessionHandler({ ...translationBase, session: (_user, params) => ({ ...params, model: translationModel, ...translationTypo }) }), // prettier-ignore
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

it.each<[string, () => unknown]>([
  [
    'a nested field',
    () =>
      createSessionHandler({
        ...translationBase,
        // @ts-expect-error -- the name is language
        session: { model: translationModel, audio: { output: { langauge: 'es' } } },
      }),
  ],
  [
    'a type',
    // @ts-expect-error -- a translation session has no type
    () => createSessionHandler({ ...translationBase, session: { type: 'translation', ...spanish } }),
  ],
  [
    'no model',
    // @ts-expect-error -- the model is required
    () => createSessionHandler({ ...translationBase, session: { audio: spanish.audio } }),
  ],
  [
    'the option maxOutputTokens',
    // @ts-expect-error -- a translation session has no responses
    () => createSessionHandler({ ...translationBase, session: spanish, maxOutputTokens: 100 }),
  ],
  [
    'a voice',
    () =>
      // @ts-expect-error -- a translation session has no voice
      createSessionHandler({
        ...translationBase,
        session: { model: translationModel, audio: { output: { voice: 'marin' } } },
      }),
  ],
  [
    'the language of a translation in a conversation',
    () =>
      // @ts-expect-error -- a conversation has no language
      createSessionHandler({
        ...base,
        upstream: openai(),
        session: { model, audio: { output: { language: 'es' } } },
      }),
  ],
])('does not compile, and throws, with %s in a session of a mint route', (_where, create) => {
  expect(create).toThrow(TypeError);
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
    createSessionHandler({ ...translationBase, session: spanish }),
    createSessionHandler({ ...translationBase, session: () => spanish }),
    createSessionHandler({
      ...translationBase,
      session: () => ({
        model: translationModel,
        audio: { input: { noise_reduction: { type: 'near_field' } } },
      }),
    }),
    createSessionHandler({
      ...translationBase,
      session: ({ plan }, params) => (plan === 'pro' ? { ...params, model: translationModel } : null),
    }),
    createSessionHandler({ ...translationBase, session: async () => Promise.resolve(spanish) }),
    createSessionHandler({
      ...translationBase,
      unknownFields: 'pass',
      session: ({ plan }) => ({ model: plan, memory: { on: 1 } }),
    }),
    createSessionHandler<{ readonly id: string }>({
      ...translationBase,
      session: ({ id }) => ({ model: id }),
    }),
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
  const createTranslations = <P extends Principal>(options: TranslationHandlerOptions<P>) =>
    createSessionHandler(options);
  expect(create({ ...base, session: ({ plan }) => ({ model: plan }) }).state).toBe('open');
  expect(createTranslations({ ...translationBase, session: ({ plan }) => ({ model: plan }) }).state).toBe(
    'open',
  );
  expect(createCalls({ ...base, session: ({ plan }) => ({ model: plan }) }).state).toBe('open');
});
