import type { ServerEvent as LiveServerEvent } from 'openai/resources/live/live';
import type { RealtimeServerEvent } from 'openai/resources/realtime/realtime';
import type {
  LiveEventMap,
  RealtimeConnection,
  RealtimeEvent,
  RealtimeEventMap,
} from '@realtime-session/webrtc';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { createStage } from './support/stage.ts';

describe('onEvent', () => {
  test('calls every listener until it unsubscribes, and ignores their errors', async () => {
    const stage = createStage({
      options: {
        onEvent: () => {
          throw new Error('thrown by the app');
        },
      },
    });
    const received: string[] = [];
    const unsubscribe = stage.connection.onEvent((event) => received.push(event.type));
    await stage.connection.connect();
    stage.peers[0]!.channel.receive({ type: 'session.created' });
    unsubscribe();
    stage.peers[0]!.channel.receive({ type: 'session.updated' });
    expect(received).toEqual(['session.created']);
  });

  test('calls a listener of one type only with the events of that type', async () => {
    const stage = createStage();
    const captions: string[] = [];
    const others: string[] = [];
    stage.connection.onEvent('response.output_audio_transcript.delta', ({ delta }) => captions.push(delta));
    const unsubscribe = stage.connection.onEvent('vendor.custom', (event) => others.push(event.type));
    await stage.connection.connect();
    for (const delta of ['Hel', 'lo'])
      stage.peers[0]!.channel.receive({ type: 'response.output_audio_transcript.delta', delta });
    stage.peers[0]!.channel.receive({ type: 'vendor.custom', delta: 'no caption' });
    unsubscribe();
    stage.peers[0]!.channel.receive({ type: 'vendor.custom' });
    expect(captions.join('')).toBe('Hello');
    expect(others).toEqual(['vendor.custom']);
  });

  test('keeps a subscription when the same listener unsubscribes from another type', async () => {
    const stage = createStage();
    const received: string[] = [];
    const listener = (event: RealtimeEvent): void => void received.push(event.type);
    stage.connection.onEvent('response.created', listener);
    stage.connection.onEvent('response.done', listener)();
    await stage.connection.connect();
    stage.peers[0]!.channel.receive({ type: 'response.created' });
    stage.peers[0]!.channel.receive({ type: 'response.done' });
    expect(received).toEqual(['response.created']);
  });

  test('calls listeners of one type again after a reconnect', async () => {
    const stage = createStage({ options: { reconnectLimit: 1 } });
    const received: unknown[] = [];
    stage.connection.onEvent('session.created', ({ session }) => received.push(session.id));
    await stage.connection.connect();
    stage.peers[0]!.channel.receive({ type: 'session.created', session: { id: 'first' } });
    stage.peers[0]!.channel.close();
    await stage.environment.clock.advance(1_000);
    stage.peers[1]!.channel.receive({ type: 'session.created', session: { id: 'second' } });
    expect(received).toEqual(['first', 'second']);
  });

  test('does not call listeners for a closed call', async () => {
    const stage = createStage();
    const received: string[] = [];
    stage.connection.onEvent((event) => received.push(event.type));
    await stage.connection.connect();
    stage.connection.close();
    stage.peers[0]!.channel.receive({ type: 'late' });
    expect(received).toEqual([]);
  });
});

describe('the types of events', () => {
  type OnEvent = RealtimeConnection['onEvent'];
  /** The listed fields of an event. A session has other fields for each kind of session. */
  type Listed<T> = { [K in keyof T as string extends K ? never : K]: K extends 'session' ? object : T[K] };

  test('list only events that the official client knows, with fields that its events have', () => {
    type Official<Type> = Extract<RealtimeServerEvent, { type: Type }>;
    type Mismatch = {
      [Type in keyof RealtimeEventMap]: Official<Type> extends Listed<RealtimeEventMap[Type]> ? never : Type;
    }[keyof RealtimeEventMap];
    type Unknown = Exclude<keyof RealtimeEventMap, RealtimeServerEvent['type']>;
    expectTypeOf<Mismatch>().toBeNever();
    expectTypeOf<Unknown>().toBeNever();
  });

  test('list only events of Live that the official client knows, with fields that its events have', () => {
    type Official<Type> = Extract<LiveServerEvent, { type: Type }>;
    type Mismatch = {
      [Type in keyof LiveEventMap]: Official<Type> extends Listed<LiveEventMap[Type]> ? never : Type;
    }[keyof LiveEventMap];
    type Session = Official<'session.started'>['session'];
    expectTypeOf<Mismatch>().toBeNever();
    expectTypeOf<Exclude<keyof LiveEventMap, LiveServerEvent['type']>>().toBeNever();
    expectTypeOf<Session>().toExtend<Listed<LiveEventMap['session.started']['session']>>();
    expectTypeOf<Official<'error'>>().toExtend<Listed<RealtimeEventMap['error']>>();
  });

  test('make transcripts and the end of Live sessions readable without a cast', () => {
    const listen = (onEvent: OnEvent): void => {
      onEvent('session.output_transcript.delta', ({ delta, start_ms: startMs }) => {
        expectTypeOf(delta).toBeString();
        expectTypeOf(startMs).toBeNumber();
      });
      onEvent('session.closed', ({ reason, usage }) => {
        expectTypeOf(reason).toExtend<string>();
        expectTypeOf(usage.seconds).toBeNumber();
      });
      onEvent('session.started', ({ session }) => expectTypeOf(session.expires_at).toBeNumber());
    };
    expectTypeOf(listen).parameter(0).toEqualTypeOf<OnEvent>();
  });

  test('make captions, function calls and usage readable without a cast', () => {
    const listen = (onEvent: OnEvent): void => {
      onEvent('response.output_audio_transcript.delta', ({ delta }) => expectTypeOf(delta).toBeString());
      onEvent('conversation.item.input_audio_transcription.completed', ({ transcript }) =>
        expectTypeOf(transcript).toBeString(),
      );
      onEvent('response.function_call_arguments.done', (call) => {
        expectTypeOf([call.name, call.arguments, call.call_id]).toEqualTypeOf<string[]>();
      });
      onEvent('response.done', ({ response }) => {
        expectTypeOf(response.usage?.total_tokens).toEqualTypeOf<number | undefined>();
        expectTypeOf(response.status_details?.error?.message).toEqualTypeOf<string | undefined>();
      });
      onEvent('error', ({ error }) => expectTypeOf(error.message).toEqualTypeOf<string | undefined>());
    };
    expectTypeOf(listen).parameter(0).toEqualTypeOf<OnEvent>();
  });

  test('are generic for unknown types, for every event, and for types known only at run time', () => {
    const listen = (onEvent: OnEvent, type: string): void => {
      onEvent('vendor.custom', (event) => expectTypeOf(event).toEqualTypeOf<RealtimeEvent>());
      onEvent(type, (event) => expectTypeOf(event).toEqualTypeOf<RealtimeEvent>());
      onEvent((event) => expectTypeOf(event).toEqualTypeOf<RealtimeEvent>());
      onEvent('response.done', (event: RealtimeEvent) => expectTypeOf(event['response']).toBeUnknown());
      // @ts-expect-error -- a delta is text
      onEvent('response.output_text.delta', ({ delta }: { readonly delta: number }) => delta);
      // @ts-expect-error -- there is no listener
      onEvent('response.done');
    };
    expectTypeOf(listen).parameter(0).toEqualTypeOf<OnEvent>();
  });
});
