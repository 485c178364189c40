import type { TokenEvent } from '@realtime-session/core';
import { createManualClock } from '@realtime-session/core/testing';
import { describe, expect, it } from 'vitest';
import type { CallState } from '../../examples/quickstart/src/conversation/call-state.ts';
import {
  conversationReducer,
  isResponding,
  type Conversation,
  type ConversationAction,
} from '../../examples/quickstart/src/conversation/conversation.ts';
import { createEventSource, followEvents } from '../../examples/quickstart/src/conversation/follow-events.ts';
import { followLive, type LiveEventSource } from '../../examples/quickstart/src/conversation/follow-live.ts';
import {
  emptyTimeline,
  timelineReducer,
  type TimelineAction,
} from '../../examples/quickstart/src/timeline/entries.ts';

const titles = (actions: readonly TimelineAction[]) =>
  actions
    .reduce(timelineReducer, emptyTimeline)
    .entries.map(({ title, count }) => (count > 1 ? `${title} ×${count}` : title));

const call = (atMs: number, state: CallState): TimelineAction => ({
  type: 'call',
  mode: 'voice',
  state,
  atMs,
  tokenRemainingMs: 60_000,
});

type Minted = Extract<TokenEvent, { type: 'mint-succeeded' }>;

const minted = (atMs: number, details: Partial<Minted> = {}): TimelineAction => {
  const event: Minted = {
    type: 'mint-succeeded',
    atMs,
    reason: 'initial',
    attempt: 1,
    durationMs: 20,
    lifetimeMs: 120_000,
    expirySource: 'relative',
    clockSkewMs: undefined,
    ...details,
  };
  return { type: 'token', event };
};

describe('the timeline of the quickstart', () => {
  it('says how long a call was lost when it is back', () => {
    const lost = { status: 'reconnecting', reason: 'The connection was lost.' } as const;
    expect(
      titles([
        minted(900),
        call(1_000, { status: 'connecting' }),
        call(1_400, { status: 'connected' }),
        call(5_000, { ...lost, attempt: 1 }),
        call(5_700, { ...lost, attempt: 2 }),
        call(6_200, { status: 'connected' }),
        call(9_000, { status: 'closed' }),
      ]),
    ).toEqual([
      'First token',
      'Calling',
      'Connected after 0.4 s',
      'Call lost',
      'Reconnecting',
      'Still lost',
      'Reconnecting',
      'Back after 1.2 s with a fresh token',
      'You hung up',
    ]);
  });

  it('merges the events of tokens and calls in the order of time', () => {
    expect(titles([call(1_000, { status: 'connecting' }), minted(900)])).toEqual(['First token', 'Calling']);
  });

  it('does not call a token refreshed before expiry when the one before had expired', () => {
    const refreshed = minted(3_000, { reason: 'proactive' });
    const expired: TokenEvent = { type: 'token-expired', atMs: 2_000 };
    expect(titles([minted(1_000), refreshed])).toEqual(['First token', 'Refreshed before expiry']);
    expect(titles([minted(1_000), { type: 'token', event: expired }, refreshed])).toEqual([
      'First token',
      'Token expired',
      'New token',
    ]);
  });

  it('names the failed attempts when a token arrives after them', () => {
    expect(titles([minted(1_000, { attempt: 3 })])).toEqual(['New token after 2 failed attempts']);
  });
});

/** The conversation after these events of the API. */
function follow(events: readonly Record<string, unknown>[]): Conversation {
  let conversation: Conversation = [];
  const source = createEventSource();
  followEvents(source, 'voice', (action: ConversationAction) => {
    conversation = conversationReducer(conversation, action);
  });
  for (const event of events) source.emit({ type: '', ...event });
  return conversation;
}

describe('the conversation of the quickstart', () => {
  const started = { type: 'response.created', response: { id: 'resp_1' } };
  const caption = { type: 'response.output_audio_transcript.delta', response_id: 'resp_1', delta: 'Good ' };

  it('shows what the user said as soon as the API has recognized it', () => {
    const type = 'conversation.item.input_audio_transcription';
    const speech = { type: 'input_audio_buffer.speech_started', item_id: 'item_1' };
    expect(follow([speech])).toMatchObject([{ speaker: 'you', text: '', status: 'live' }]);
    expect(
      follow([
        speech,
        { type: `${type}.delta`, item_id: 'item_1', delta: 'good' },
        { type: `${type}.completed`, item_id: 'item_1', transcript: 'Good morning.' },
      ]),
    ).toMatchObject([{ speaker: 'you', medium: 'voice', text: 'Good morning.', status: 'done' }]);
  });

  it('adds captions to the answer while it is live', () => {
    const conversation = follow([started, caption, { ...caption, delta: 'morning' }]);
    expect(conversation).toMatchObject([{ speaker: 'model', text: 'Good morning', status: 'live' }]);
    expect(isResponding(conversation)).toBe(true);
  });

  it.each([
    [{ status: 'completed' }, { status: 'done', problem: undefined }],
    [{ status: 'cancelled', status_details: { reason: 'turn_detected' } }, { status: 'interrupted' }],
    [
      { status: 'incomplete', status_details: { reason: 'max_output_tokens' } },
      { status: 'interrupted', problem: 'The response is incomplete (max_output_tokens).' },
    ],
    [
      { status: 'failed', status_details: { error: { code: 'rate_limit_exceeded', message: 'Slow down.' } } },
      { status: 'failed', problem: 'The response failed (rate_limit_exceeded): Slow down.' },
    ],
    [{ status: 'failed' }, { status: 'failed', problem: 'The response failed.' }],
  ])('shows the outcome of an answer that ends with %j', (response, outcome) => {
    const done = { type: 'response.done', response: { id: 'resp_1', ...response } };
    expect(follow([started, caption, done])).toMatchObject([{ text: 'Good ', ...outcome }]);
  });

  it('marks an answer as interrupted when the connection is lost', () => {
    const conversation = conversationReducer(follow([started, caption]), { type: 'disconnected' });
    expect(conversation).toMatchObject([{ status: 'interrupted' }]);
    expect(isResponding(conversation)).toBe(false);
  });

  it('shows errors of the API, but not the end of the session, which the call reports', () => {
    const error = { code: 'invalid_value', message: 'No such voice.' };
    expect(follow([{ type: 'error', error }])).toMatchObject([
      { kind: 'notice', text: 'The API reports an error (invalid_value): No such voice.' },
    ]);
    expect(follow([{ type: 'error', error: { code: 'session_expired' } }])).toEqual([]);
  });
});

describe('the conversation of the quickstart on Live', () => {
  /** Follows a Live session whose events the test emits. */
  function followSession() {
    let conversation: Conversation = [];
    const clock = createManualClock();
    const source = createEventSource();
    const dispatch = (action: ConversationAction): void => {
      conversation = conversationReducer(conversation, action);
    };
    const stop = followLive({ onEvent: source.onEvent as LiveEventSource['onEvent'] }, dispatch, clock);
    let count = 0;
    const emit = (type: string, fields: object): void =>
      source.emit({ type, event_id: `event_${(count += 1)}`, ...fields });
    return {
      dispatch,
      stop,
      emit,
      hear: (delta: string): void => emit('session.input_transcript.delta', { delta }),
      speak: (delta: string): void => emit('session.output_transcript.delta', { delta }),
      advance: (ms: number) => clock.advance(ms),
      turns: () =>
        conversation.map((entry) =>
          entry.kind === 'turn' ? [entry.speaker, entry.text, entry.status] : [entry.tone, entry.text],
        ),
    };
  }

  it('adds the pieces of a transcript to one turn, which ends after a pause', async () => {
    const session = followSession();
    session.hear('Good ');
    await session.advance(1_400);
    session.hear('morning.');
    await session.advance(1_400);
    expect(session.turns()).toEqual([['you', 'Good morning.', 'live']]);
    await session.advance(100);
    session.hear('Hello?');
    expect(session.turns()).toEqual([
      ['you', 'Good morning.', 'done'],
      ['you', 'Hello?', 'live'],
    ]);
  });

  it('shows two turns while both sides speak', () => {
    const session = followSession();
    session.speak('Once upon ');
    session.hear('Stop.');
    session.speak('a time');
    expect(session.turns()).toEqual([
      ['model', 'Once upon a time', 'live'],
      ['you', 'Stop.', 'live'],
    ]);
  });

  it('ends the turns when the session is closed', () => {
    const session = followSession();
    session.speak('Goodbye.');
    session.emit('session.closed', { reason: 'expired' });
    expect(session.turns()).toEqual([['model', 'Goodbye.', 'done']]);
  });

  it('keeps a turn interrupted that was live when the call was lost', async () => {
    const session = followSession();
    session.speak('Once upon');
    session.dispatch({ type: 'disconnected' });
    await session.advance(5_000);
    expect(session.turns()).toEqual([['model', 'Once upon', 'interrupted']]);
  });

  it('shows what the API refuses, and nothing after it is stopped', () => {
    const session = followSession();
    session.emit('error', { error: { code: 'forbidden', message: 'Not allowed.' } });
    session.stop();
    session.speak('late');
    expect(session.turns()).toEqual([['bad', 'The API reports an error (forbidden): Not allowed.']]);
  });
});
