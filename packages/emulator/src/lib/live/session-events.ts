import type { ApiErrorDetail } from '@realtime-session/protocol';
import type { AudioChunk } from '../audio/codec.ts';
import type { Page } from '../calls/page-call.ts';
import type { BilledUsage } from '../journal/emulated-call.ts';
import type { ServerEvent } from '../realtime/events.ts';
import type { ReplyPlanner } from '../realtime/reply-plan.ts';
import { isRecord } from '../shared/json.ts';
import type { Sideband } from '../state/call-registry.ts';
import type { EmulatorContext } from '../state/context.ts';
import { createAppends } from './appends.ts';
import { getClientEventId, immutableField, parseClientEvent } from './client-events.ts';
import type { AppendEvent, LiveClientEvent } from './client-events.ts';
import { createCloser } from './closer.ts';
import type { Client, LiveConnections } from './connections.ts';
import type { LiveEnding } from './ending.ts';
import type { EventFilter } from './event-filter.ts';
import { createFixturePlayer } from './fixture.ts';
import { liveErrorEvent } from './live-error.ts';
import { createLiveMedia } from './live-media.ts';
import { findImmutable, updateLiveSession } from './live-session.ts';
import type { LiveSessionResource } from './live-session.ts';
import type { Timers } from './timers.ts';

export interface SessionEventsOptions {
  /** The session when it starts. */
  readonly session: LiveSessionResource;
  readonly connections: LiveConnections;
  readonly filter: EventFilter;
  readonly media: 'played' | 'real';
  readonly timers: Timers;
  readonly planner: ReplyPlanner;
  readonly finish: (ending: LiveEnding) => void;
}

/** The event protocol of one Live session. */
export interface SessionEvents {
  /** The session as it is now. */
  getSession(): LiveSessionResource;
  /** The tokens of delegated responses. */
  billedResponses(): readonly BilledUsage[];
  connectPage(page: Page): void;
  disconnectPage(): void;
  /** Sends a sideband that has attached what it receives first. */
  greet(sideband: Sideband): void;
  /** Handles a client event, as parsed JSON. Never throws: sends an `error` event for an invalid one. */
  receive(event: unknown, client: Client): void;
  /** Takes audio from the page's microphone. */
  receiveAudio(chunk: AudioChunk): void;
  /** Stops everything before the session ends. */
  stop(): void;
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

export function createSessionEvents(context: EmulatorContext, options: SessionEventsOptions): SessionEvents {
  const { connections, filter, timers, finish } = options;
  const { live } = context.settings;
  let session = options.session;
  const fail = (client: Client, detail: ApiErrorDetail, eventId: string | undefined): void =>
    connections.sendTo(client, liveErrorEvent(detail, eventId));
  const acknowledge = (event: LiveClientEvent, answer: ServerEvent): void => {
    const id = live.acknowledgements === 'plain' ? undefined : getClientEventId(event);
    connections.send(id === undefined ? answer : { ...answer, client_event_id: id });
  };
  const media = createLiveMedia(context, {
    media: options.media,
    connections,
    timers,
    onInputTimeout: () => finish({ by: 'expired', page: 'now' }),
  });
  const appends = createAppends({
    input: media.input,
    delayMs: live.appendMs,
    onAccepted({ event }) {
      const ms = media.input.nowMs();
      acknowledge(event, { type: `${event.type}ed`, start_ms: ms, end_ms: ms });
    },
  });
  const fixtures = createFixturePlayer(timers);
  const closer = createCloser(context, { timers, finish, fail });
  const update = ({ session: changes }: Extract<LiveClientEvent, { type: 'session.update' }>): ApiErrorDetail | undefined => {
    const immutable = findImmutable(session, changes);
    if (immutable !== undefined) return immutableField(immutable);
    session = updateLiveSession(session, changes);
    return undefined;
  };
  const append = (event: AppendEvent, client: Client): ApiErrorDetail | undefined =>
    fixtures.isPlaying ? FIXTURE_ACTIVE : appends.add({ event, client });

  return {};
}
