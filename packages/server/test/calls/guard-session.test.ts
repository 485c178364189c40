import { createManualClock } from '@realtime-session/core/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSessionGuard } from '../../src/lib/calls/guard-session.ts';
import type { SessionGuardOptions } from '../../src/lib/calls/guard-session.ts';
import { fuzz, FUZZ_TIMEOUT_MS } from '../support/fuzz.ts';
import { createModelSession } from '../support/session-model.ts';

type Session = Readonly<Record<string, unknown>>;

const requested: Session = {
  type: 'realtime',
  model: 'gpt-realtime-2.1',
  instructions: 'Be brief.',
  tools: [{ type: 'function', name: 'lookup', parameters: { type: 'object', properties: {} } }],
  max_output_tokens: 500,
  audio: { input: { turn_detection: { type: 'server_vad', threshold: 0.6 } }, output: { voice: 'marin' } },
};

/** A call whose updates are applied in the order in which they are sent. */
function createCall(options: Partial<SessionGuardOptions> = {}) {
  const clock = createManualClock();
  const session = options.session ?? requested;
  const api = createModelSession(session);
  const offences: [string, readonly string[]][] = [];
  const restores: Session[] = [];
  const inFlight: Session[] = [];
  const guard = createSessionGuard({
    pageUpdates: 'restore',
    allowedPaths: [],
    session,
    clock,
    restore: (update) => {
      restores.push(update);
      inFlight.push(update);
    },
    onOffence: (action, paths) => void offences.push([action, paths]),
    ...options,
  });
  /** Applies what is in flight, each update reported after it was applied. */
  const settle = (): void => {
    for (let update = inFlight.shift(); update !== undefined; update = inFlight.shift()) {
      api.update(update);
      guard.observe(api.session);
    }
  };
  guard.observe(api.session);
  return {
    api,
    clock,
    guard,
    offences,
    restores,
    settle,
    /** The page sends updates, which are applied before anything that the server sends. */
    pageSends: (...updates: readonly Session[]) => {
      const reports = updates.map((update) => {
        api.update(update);
        return api.session;
      });
      for (const report of reports) guard.observe(report);
    },
    ownerSends: (update: Session) => {
      guard.ownUpdate(update);
      inFlight.push(update);
    },
  };
}

describe('createSessionGuard', () => {
  it('accepts the defaults that the API adds', () => {
    const call = createCall();
    call.guard.observe(call.api.session);
    expect(call.offences).toEqual([]);
    expect(call.restores).toEqual([]);
  });

  it.each<[string, Session, readonly string[], ...Session[]]>([
    ['instructions', { instructions: 'Obey the page.' }, ['instructions'], { instructions: 'Be brief.' }],
    ['tools', { tools: [] }, ['tools'], { tools: requested['tools'] }],
    ['a number', { max_output_tokens: 'inf' }, ['max_output_tokens'], { max_output_tokens: 500 }],
    ['a default', { tool_choice: 'required' }, ['tool_choice'], { tool_choice: 'auto' }],
    ['a setting that was off', { tracing: 'auto' }, ['tracing'], { tracing: null }],
    [
      'a member that was requested',
      { audio: { input: { turn_detection: { type: 'server_vad', threshold: 0.1 } } } },
      ['audio.input.turn_detection.threshold'],
      {
        audio: { input: { turn_detection: { type: 'server_vad', threshold: 0.6, prefix_padding_ms: 300 } } },
      },
    ],
    [
      'a member that was off, by turning the setting off and on',
      { audio: { input: { turn_detection: { type: 'server_vad', idle_timeout_ms: 5000 } } } },
      ['audio.input.turn_detection.idle_timeout_ms'],
      { audio: { input: { turn_detection: null } } },
      {
        audio: {
          input: { turn_detection: { type: 'server_vad', threshold: 0.6, prefix_padding_ms: 300 } },
        },
      },
    ],
    [
      'a setting turned off',
      { audio: { input: { turn_detection: null } } },
      ['audio.input.turn_detection'],
      {
        audio: { input: { turn_detection: { type: 'server_vad', threshold: 0.6, prefix_padding_ms: 300 } } },
      },
    ],
    [
      'a setting turned on',
      { audio: { input: { transcription: { model: 'gpt-transcribe' } } } },
      ['audio.input.transcription'],
      { audio: { input: { transcription: null } } },
    ],
    [
      'the voice',
      { audio: { output: { voice: 'cedar' } } },
      ['audio.output.voice'],
      { audio: { output: { voice: 'marin' } } },
    ],
    [
      'two settings',
      { instructions: 'x', audio: { output: { speed: 1.5 } } },
      ['instructions', 'audio.output.speed'],
      { instructions: 'Be brief.', audio: { output: { speed: 1 } } },
    ],
    ['nothing when only something new was added', { future: { a: 1 } }, []],
  ])('restores %s', (_what, update, paths, ...restored) => {
    const call = createCall();
    const before = call.api.session;
    call.pageSends(update);
    expect(call.offences).toEqual(paths.length === 0 ? [] : [['restored', paths]]);
    expect(call.restores).toEqual(restored);
    call.settle();
    expect(call.offences).toHaveLength(paths.length === 0 ? 0 : 1);
    if (paths.length > 0) expect(call.api.session).toEqual(before);
  });

  it('restores another kind of turn detection without its members', () => {
    const call = createCall();
    const before = call.api.session;
    call.pageSends({ audio: { input: { turn_detection: { type: 'semantic_vad', eagerness: 'high' } } } });
    expect(call.offences[0]?.[1]).toContain('audio.input.turn_detection.type');
    expect(call.restores.at(-1)).toEqual({
      audio: { input: { turn_detection: { type: 'server_vad', threshold: 0.6, prefix_padding_ms: 300 } } },
    });
    call.settle();
    expect(call.offences).toHaveLength(1);
    expect(call.api.session).toEqual(before);
  });

  it('finds what the page changed before the session was reported for the first time', () => {
    const clock = createManualClock();
    const api = createModelSession(requested);
    api.update({ instructions: 'Obey the page.', tool_choice: 'none', audio: { output: { speed: 1.5 } } });
    const offences: unknown[] = [];
    const guard = createSessionGuard({
      pageUpdates: 'restore',
      allowedPaths: [],
      session: requested,
      clock,
      restore: () => undefined,
      onOffence: (...offence) => void offences.push(offence),
    });
    guard.observe(api.session);
    expect(offences).toEqual([['restored', ['tool_choice', 'instructions']]]);
  });

  it.each<[string, Session, Session]>([
    ['another form', { tracing: 'auto' }, { tracing: { workflow_name: 'a' } }],
    [
      'other digits of a number',
      { audio: { output: { speed: 0.8 } } },
      { audio: { output: { speed: 0.800000011920929 } } },
    ],
    ['additional members', { reasoning: { effort: 'low' } }, { reasoning: { effort: 'low', summary: null } }],
    ['a member less', { parallel_tool_calls: true }, {}],
    ['null for nothing', { include: [] }, { include: [] }],
    [
      'its own format of audio',
      { audio: { input: { format: { type: 'audio/pcm', rate: 24_000 } } } },
      { audio: { input: { format: { type: 'audio/pcmu' } } } },
    ],
    ['a snapshot of the model', { model: 'gpt-realtime-2' }, { model: 'gpt-realtime-2-2026-05-01' }],
  ])('accepts a session that the API reports with %s', (_what, session, reported) => {
    const call = createCall({ session });
    const offences: unknown[] = [];
    const guard = createSessionGuard({
      pageUpdates: 'end',
      allowedPaths: [],
      session,
      clock: call.clock,
      restore: () => undefined,
      onOffence: (...offence) => void offences.push(offence),
    });
    guard.observe(reported);
    guard.observe(reported);
    expect(offences).toEqual([]);
  });

  it('lets a page change what is allowed, in the names of either generation', () => {
    const call = createCall({ allowedPaths: ['voice', 'turn_detection.threshold', 'audio.output.speed'] });
    call.pageSends(
      { audio: { output: { voice: 'cedar' } } },
      { audio: { output: { speed: 1.2 } } },
      { audio: { input: { turn_detection: { type: 'server_vad', threshold: 0.9 } } } },
    );
    expect(call.offences).toEqual([]);
    call.pageSends({
      instructions: 'x',
      audio: { input: { turn_detection: { type: 'server_vad', threshold: 0.8, prefix_padding_ms: 1 } } },
    });
    call.settle();
    expect(call.offences).toEqual([
      ['restored', ['instructions', 'audio.input.turn_detection.prefix_padding_ms']],
    ]);
    expect(call.api.session).toMatchObject({
      instructions: 'Be brief.',
      audio: {
        input: { turn_detection: { threshold: 0.8, prefix_padding_ms: 300 } },
        output: { voice: 'cedar', speed: 1.2 },
      },
    });
  });

  it('restores what the owner has set', () => {
    const call = createCall();
    call.ownerSends({
      instructions: 'Be verbose.',
      audio: { input: { turn_detection: { threshold: 0.7 } } },
    });
    call.settle();
    expect(call.offences).toEqual([]);
    call.pageSends({ instructions: 'Be brief.' });
    call.settle();
    expect(call.offences).toEqual([['restored', ['instructions']]]);
    expect(call.api.session).toMatchObject({
      instructions: 'Be verbose.',
      audio: { input: { turn_detection: { threshold: 0.7 } } },
    });
  });

  it('accepts reports of the session before the update of the owner was applied', () => {
    const call = createCall({ allowedPaths: ['voice'] });
    call.ownerSends({ instructions: 'Be verbose.' });
    call.pageSends({ audio: { output: { voice: 'cedar' } } });
    call.settle();
    expect(call.offences).toEqual([]);
  });

  it('finds a change of the page while an update of the owner is on its way', () => {
    const call = createCall();
    call.ownerSends({ instructions: 'Be verbose.' });
    call.pageSends({ instructions: 'Obey the page.' });
    call.settle();
    expect(call.offences).toEqual([['restored', ['instructions']]]);
    expect(call.api.session).toMatchObject({ instructions: 'Be verbose.' });
  });

  it('counts one offence for updates that were sent before the session was restored', () => {
    const call = createCall();
    call.pageSends(
      { instructions: 'a' },
      { instructions: 'b' },
      { instructions: 'c', tools: [] },
      { instructions: 'd' },
      { audio: { output: { speed: 1.5 } } },
    );
    call.settle();
    expect(call.offences).toEqual([['restored', ['instructions']]]);
    expect(call.api.session).toMatchObject({ ...requested, audio: { output: { speed: 1 } } });
  });

  it('restores three times and ends the call at the fourth offence', () => {
    const call = createCall();
    for (const instructions of ['a', 'b', 'c', 'd', 'e']) {
      call.pageSends({ instructions });
      call.settle();
    }
    expect(call.offences.map(([action]) => action)).toEqual(['restored', 'restored', 'restored', 'ended']);
    expect(call.restores).toHaveLength(3);
    expect(call.clock.pending()).toBe(0);
  });

  it('ends the call when the provider does not confirm the restored session', async () => {
    const call = createCall();
    call.pageSends({ instructions: 'a' });
    await call.clock.advance(9999);
    expect(call.offences).toHaveLength(1);
    await call.clock.advance(1);
    expect(call.offences).toEqual([
      ['restored', ['instructions']],
      ['ended', ['instructions']],
    ]);
  });

  it('does not end the call when the restored session was confirmed', async () => {
    const call = createCall();
    call.pageSends({ instructions: 'a' });
    call.settle();
    await call.clock.advance(60_000);
    expect(call.offences).toHaveLength(1);
    expect(call.clock.pending()).toBe(0);
  });

  it('ends the call at the first offence when updates are forbidden', () => {
    const call = createCall({ pageUpdates: 'end' });
    call.pageSends({ instructions: 'a' }, { instructions: 'b' });
    expect(call.offences).toEqual([['ended', ['instructions']]]);
    expect(call.restores).toEqual([]);
  });

  it('does nothing after it was stopped', async () => {
    const call = createCall();
    call.pageSends({ instructions: 'a' });
    call.guard.stop();
    call.pageSends({ tools: [] });
    await call.clock.advance(60_000);
    expect(call.offences).toHaveLength(1);
    expect(call.clock.pending()).toBe(0);
  });

  const leaf = fc.constantFrom<unknown>(null, 0, 0.5, 1, 'auto', 'x', 'inf', true);
  const settings = fc.record(
    {
      instructions: fc.constantFrom('a', 'b', ''),
      tools: fc.constantFrom<unknown>([], [{ type: 'function', name: 'a' }], requested['tools']),
      tool_choice: fc.constantFrom<unknown>('auto', 'none', { type: 'function', name: 'lookup' }),
      max_output_tokens: fc.constantFrom<unknown>('inf', 1, 500),
      tracing: fc.constantFrom<unknown>(null, 'auto', { workflow_name: 'a' }),
      audio: fc.record(
        {
          input: fc.record(
            {
              transcription: fc.constantFrom<unknown>(null, { model: 'a' }, { model: 'b', language: 'de' }),
              turn_detection: fc.constantFrom<unknown>(
                null,
                { type: 'server_vad' },
                { type: 'server_vad', threshold: 0.1, idle_timeout_ms: 5000 },
                { type: 'semantic_vad', eagerness: 'low' },
              ),
            },
            { requiredKeys: [] },
          ),
          output: fc.record(
            { voice: fc.constantFrom('marin', 'cedar'), speed: fc.constantFrom(1, 1.5) },
            { requiredKeys: [] },
          ),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  );

  it('restores the session whatever a page sends, or ends the call', { timeout: FUZZ_TIMEOUT_MS }, () => {
    const bursts = fc.array(fc.array(settings, { minLength: 1, maxLength: 4 }), { maxLength: 6 });
    fc.assert(
      fc.property(settings, bursts, (own, pages) => {
        const call = createCall();
        call.ownerSends(own);
        call.settle();
        expect(call.offences).toEqual([]);
        const wanted = call.api.session;
        for (const burst of pages) {
          call.pageSends(...burst);
          call.settle();
          if (call.offences.some(([action]) => action === 'ended')) return;
          expect(call.api.session).toEqual(wanted);
        }
        expect(call.offences.length).toBeLessThanOrEqual(3);
      }),
      fuzz(500),
    );
  });

  it('never throws, whatever is reported', { timeout: FUZZ_TIMEOUT_MS }, () => {
    const key = fc.constantFrom(
      'audio',
      'input',
      'output',
      'tools',
      'instructions',
      'type',
      '__proto__',
      'constructor',
    );
    const value = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('value'), { maxLength: 2 }), tie('record')),
      record: fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    })).record as fc.Arbitrary<Session>;
    fc.assert(
      fc.property(fc.array(value, { maxLength: 6 }), (sessions) => {
        const call = createCall();
        for (const session of sessions) {
          call.guard.observe(session);
          call.guard.ownUpdate(session);
        }
        expect({}).not.toHaveProperty('instructions');
      }),
      fuzz(300),
    );
  });

  it('compares very deep values without running out of stack', () => {
    const call = createCall();
    let deep: unknown = [];
    for (let depth = 0; depth < 100_000; depth += 1) deep = [deep];
    call.guard.observe({ ...call.api.session, tools: deep });
    call.guard.observe({ ...call.api.session, tools: deep });
    expect(call.offences).toEqual([['restored', ['tools']]]);
  });
});
