import type { ApiErrorDetail } from '@realtime-session/protocol';
import type { AudioChunk } from '../audio/codec.ts';
import type { Page } from '../calls/page-call.ts';
import type { ServerEvent } from '../realtime/events.ts';
import { isRecord } from '../shared/json.ts';
import type { Sideband } from '../state/call-registry.ts';
import type { EmulatorContext } from '../state/context.ts';
import type { LiveSettings } from '../state/live-settings.ts';
import { createAppends } from './appends.ts';
import type { Appends } from './appends.ts';
import { getClientEventId, immutableField, parseClientEvent } from './client-events.ts';
import type { AppendEvent, LiveClientEvent } from './client-events.ts';
import { createCloser } from './closer.ts';
import type { Closer } from './closer.ts';
import type { Client, LiveConnections } from './connections.ts';
import type { LiveEnding } from './ending.ts';
import type { EventFilter } from './event-filter.ts';
import { createFixturePlayer } from './fixture.ts';
import type { FixturePlayer } from './fixture.ts';
import { liveErrorEvent } from './live-error.ts';
import { findImmutable, updateLiveSession } from './live-session.ts';
import type { LiveSessionResource } from './live-session.ts';
import { LiveVoice } from './voice.ts';
import type { VoiceOptions } from './voice.ts';

export interface SessionEventsOptions extends Pick<
  VoiceOptions,
  'createId' | 'media' | 'onSpeech' | 'planner' | 'timers'
> {
  /** The session when it starts. */
  readonly session: LiveSessionResource;
  readonly connections: LiveConnections;
  readonly filter: EventFilter;
  readonly finish: (ending: LiveEnding) => void;
}

const INVALID_JSON = { code: 'invalid_json', message: 'We could not parse the event as JSON.' };
const CLOSED_TOO_EARLY = {
  code: 'context_injection_incomplete',
  message: 'The session closed before the context was accepted.',
};
const FIXTURE_ACTIVE = {
  code: 'invalid_value',
  message: 'Context cannot be added while an audio fixture plays.',
};
const FIXTURE_OF_PAGE = {
  code: 'invalid_value',
  message: 'A page cannot play audio fixtures; send the event over a sideband.',
  param: 'type',
};
const NO_DECISIONS = {
  code: 'invalid_value',
  message: 'The emulator does not make decisions.',
  param: 'type',
};

/** The event protocol of one Live session. */
export class SessionEvents {
  readonly #options: SessionEventsOptions;
  readonly #settings: LiveSettings;
  readonly #voice: LiveVoice;
  readonly #appends: Appends;
  readonly #fixtures: FixturePlayer;
  readonly #closer: Closer;
  #session: LiveSessionResource;

  constructor(context: EmulatorContext, options: SessionEventsOptions) {
    const { timers, finish } = options;
    const { live } = context.settings;
    this.#options = options;
    this.#settings = live;
    this.#session = options.session;
    this.#voice = new LiveVoice(context, {
      ...options,
      getSession: () => this.#session,
      onInputTimeout: () => finish({ by: 'expired', page: 'now' }),
    });
    this.#appends = createAppends({
      input: this.#voice.input,
      delayMs: live.appendMs,
      onAccepted: ({ event }) => {
        const ms = Math.round(this.#voice.input.nowMs());
        this.#acknowledge(event, { type: `${event.type}ed`, start_ms: ms, end_ms: ms });
        this.#voice.delegation.accept(event);
      },
    });
    this.#fixtures = createFixturePlayer(timers);
    this.#closer = createCloser(context, {
      timers,
      fail: (...error) => this.#fail(...error),
      onStart: () => this.#voice.close(),
      // A delegated response that runs may finish.
      finish: (ending) => this.#voice.delegation.whenIdle(() => finish(ending)),
    });
  }

  /** The session as it is now. */
  getSession(): LiveSessionResource {
    return this.#session;
  }

  connectPage(page: Page): void {
    const { connections, filter } = this.#options;
    const { info } = this.#settings;
    const sendInfo = (): void => {
      if (filter.kind === 'restricted') connections.sendTo('page', PERMISSIONS);
    };
    if (info === 'before-started') sendInfo();
    connections.sendTo('page', this.#started());
    if (info === 'after-started') sendInfo();
    this.#voice.connectPage(page);
  }

  disconnectPage(): void {
    this.#voice.disconnectPage();
  }

  /** Sends a sideband that has attached what it receives first. */
  greet(sideband: Sideband): void {
    const { connections } = this.#options;
    if (this.#settings.greeting === 'session-started') connections.sendTo(sideband, this.#started());
    if (this.#settings.greeting === 'replay') connections.sidebands.replay(sideband);
    this.#voice.reflect();
  }

  /** Takes audio from the page's microphone. */
  receiveAudio(chunk: AudioChunk): void {
    this.#voice.receiveAudio(chunk);
  }

  /** A test lets the user say something. */
  hear(text: string): void {
    this.#voice.hear(text);
  }

  /** Handles a client event, as parsed JSON. Never throws: sends an `error` event for an invalid one. */
  receive(input: unknown, client: Client): void {
    const id = getClientEventId(input);
    const type = isRecord(input) ? input['type'] : undefined;
    if (input === undefined) this.#fail(client, INVALID_JSON, id);
    else if (client === 'page' && !this.#options.filter.allowsClientEvent(String(type))) this.#refuse(id);
    else {
      const event = parseClientEvent(input);
      const error = 'error' in event ? event.error : this.#dispatch(event, client);
      if (error !== undefined) this.#fail(client, error, id);
    }
  }

  /** Stops everything before the session ends. */
  stop(): void {
    for (const { client, event } of this.#appends.takePending())
      this.#fail(client, CLOSED_TOO_EARLY, getClientEventId(event));
    this.#voice.stop();
  }

  #dispatch(event: LiveClientEvent, client: Client): ApiErrorDetail | undefined {
    switch (event.type) {
      case 'session.update':
        return this.#update(event);
      case 'session.input_audio.mute':
      case 'session.input_audio.unmute':
        this.#voice.setInput(event.type === 'session.input_audio.mute' ? 'muted' : 'heard');
        this.#acknowledge(event, { type: `${event.type}d` });
        return undefined;
      case 'session.output_audio.fixture.play':
        return client === 'page' ? FIXTURE_OF_PAGE : this.#playFixture(event);
      case 'session.close':
        void this.#closer.close(client, event);
        return undefined;
      default:
        return this.#dispatchWork(event, client);
    }
  }

  #dispatchWork(event: WorkEvent, client: Client): ApiErrorDetail | undefined {
    switch (event.type) {
      case 'session.instructions.append':
      case 'session.thinking.append':
      case 'session.commentary.append':
        return this.#append(event, client);
      case 'response.create':
      case 'response.item.create':
        return this.#voice.delegation.handleEvent(event);
      case 'decision.create':
      case 'decision.item.create':
      case 'decision.item.delete':
        return NO_DECISIONS;
    }
  }

  #append(event: AppendEvent, client: Client): ApiErrorDetail | undefined {
    if (this.#fixtures.isPlaying) return FIXTURE_ACTIVE;
    return this.#voice.delegation.checkAppend(event) ?? this.#appends.add({ event, client });
  }

  #update(event: Extract<LiveClientEvent, { type: 'session.update' }>): ApiErrorDetail | undefined {
    const immutable = findImmutable(this.#session, event.session);
    if (immutable !== undefined) return immutableField(immutable);
    this.#session = updateLiveSession(this.#session, event.session);
    this.#acknowledge(event, { type: 'session.updated', session: this.#session });
    return undefined;
  }

  #playFixture(
    event: Extract<LiveClientEvent, { type: 'session.output_audio.fixture.play' }>,
  ): ApiErrorDetail | undefined {
    const error = this.#fixtures.play(event.audio, () =>
      this.#acknowledge(event, { type: 'session.output_audio.fixture.played' }),
    );
    if (error === undefined) this.#acknowledge(event, { type: 'session.output_audio.fixture.playing' });
    return error;
  }

  /** The page has sent an event that it must not send. */
  #refuse(eventId: string | undefined): void {
    const { forbiddenEvent, forbiddenEventCode: code } = this.#settings;
    const message = 'The data channel of this session does not allow the event.';
    if (forbiddenEvent === 'error') this.#fail('page', { message, param: 'type', code }, eventId);
  }

  #started(): ServerEvent {
    return { type: 'session.started', session: this.#session };
  }

  #fail(client: Client, detail: ApiErrorDetail, eventId: string | undefined): void {
    this.#options.connections.sendTo(client, liveErrorEvent(detail, eventId));
  }

  #acknowledge(event: LiveClientEvent, answer: ServerEvent): void {
    const id = this.#settings.acknowledgements === 'plain' ? undefined : getClientEventId(event);
    this.#options.connections.send(id === undefined ? answer : { ...answer, client_event_id: id });
  }
}

type WorkEvent = Exclude<
  LiveClientEvent,
  {
    type:
      'session.update' | 'session.close' | `session.input_audio.${string}` | `session.output_audio.${string}`;
  }
>;

const PERMISSIONS = {
  type: 'info',
  code: 'data_channel_permissions',
  message: 'The data channel is restricted to the events that the session allows.',
};
