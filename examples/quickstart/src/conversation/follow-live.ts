import type { Environment } from '@realtime-session/core';
import type { LiveEventMap, RealtimeEventMap } from '@realtime-session/react/webrtc';
import { pageClock } from '../page-clock.ts';
import type { ConversationAction } from './conversation.ts';
import { describeProblem } from './follow-events.ts';

/** After a pause of this length, the same speaker starts another turn. */
const PAUSE_MS = 1_500;

type Clock = Pick<Environment['clock'], 'setTimer'>;
type LiveEvents = LiveEventMap & Pick<RealtimeEventMap, 'error'>;

/** Where the events of a Live session come from: a `useRealtimeConnection()`. */
export interface LiveEventSource {
  readonly onEvent: <Type extends keyof LiveEvents>(
    type: Type,
    listener: (event: LiveEvents[Type]) => void,
  ) => () => void;
}

/** What one side says. Live sends no event when a turn ends, and both sides can speak at the same time. */
interface Speaker {
  readonly hear: (
    event: LiveEvents['session.input_transcript.delta' | 'session.output_transcript.delta'],
  ) => void;
  /** Ends the turn that is open. */
  readonly end: () => void;
}

function createSpeaker(
  speaker: 'you' | 'model',
  dispatch: (action: ConversationAction) => void,
  clock: Clock,
): Speaker {
  let turnId: string | undefined;
  let cancelTimer = (): void => undefined;

  function end(): void {
    cancelTimer();
    if (turnId !== undefined) dispatch({ type: 'turn-ended', id: turnId });
    turnId = undefined;
  }

  return {
    hear({ event_id: eventId, delta }) {
      cancelTimer();
      turnId ??= eventId;
      dispatch({ type: 'spoken', id: turnId, speaker, delta });
      cancelTimer = clock.setTimer(end, PAUSE_MS);
    },
    end,
  };
}

/** Turns the events of a Live session into a conversation with live captions. Returns a function that stops it. */
export function followLive(
  { onEvent }: LiveEventSource,
  dispatch: (action: ConversationAction) => void,
  clock: Clock = pageClock.environment.clock,
): () => void {
  const you = createSpeaker('you', dispatch, clock);
  const model = createSpeaker('model', dispatch, clock);
  const end = (): void => {
    you.end();
    model.end();
  };
  const stops = [
    onEvent('session.input_transcript.delta', (event) => you.hear(event)),
    onEvent('session.output_transcript.delta', (event) => model.hear(event)),
    onEvent('session.closed', end),
    onEvent('error', ({ error: { code, message } }) =>
      dispatch({
        type: 'noticed',
        tone: 'bad',
        text: describeProblem('The API reports an error', code, message),
      }),
    ),
    end,
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
