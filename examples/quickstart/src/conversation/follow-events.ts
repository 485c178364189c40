import type { RealtimeEvent, RealtimeEventMap } from '@realtime-session/react/webrtc';
import type { ConversationAction, Mode, ResponseOutcome } from './conversation.ts';

/** Where the events of the API come from: a `useRealtimeConnection()`, or the WebSocket of this page. */
export interface EventSource {
  readonly onEvent: <Type extends keyof RealtimeEventMap>(
    type: Type,
    listener: (event: RealtimeEventMap[Type]) => void,
  ) => () => void;
}

/** Turns the events of the API into a conversation with live captions. Returns a function that stops it. */
export function followEvents(
  { onEvent }: EventSource,
  medium: Mode,
  dispatch: (action: ConversationAction) => void,
): () => void {
  const addCaption = ({ response_id: responseId, delta }: { response_id: string; delta: string }) =>
    dispatch({ type: 'caption', responseId, delta });
  const stops = [
    onEvent('input_audio_buffer.speech_started', ({ item_id: itemId }) =>
      dispatch({ type: 'speech-started', itemId }),
    ),
    onEvent('conversation.item.input_audio_transcription.delta', ({ item_id: itemId, delta = '' }) =>
      dispatch({ type: 'speech-heard', itemId, delta }),
    ),
    onEvent('conversation.item.input_audio_transcription.completed', ({ item_id: itemId, transcript }) =>
      dispatch({ type: 'speech-done', itemId, transcript }),
    ),
    onEvent('conversation.item.input_audio_transcription.failed', ({ item_id: itemId }) =>
      dispatch({ type: 'speech-done', itemId, transcript: undefined }),
    ),
    onEvent('response.created', ({ response }) =>
      dispatch({ type: 'response-started', responseId: response.id ?? '', medium }),
    ),
    onEvent('response.output_text.delta', addCaption),
    onEvent('response.output_audio_transcript.delta', addCaption),
    onEvent('response.done', ({ response }) =>
      dispatch({ type: 'response-done', responseId: response.id ?? '', outcome: toOutcome(response) }),
    ),
    onEvent('error', ({ error: { code, message } }) => {
      // The end of the call is reported by its state.
      if (code === 'session_expired') return;
      dispatch({
        type: 'noticed',
        tone: 'bad',
        text: describeProblem('The API reports an error', code, message),
      });
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function toOutcome({
  status,
  status_details,
}: RealtimeEventMap['response.done']['response']): ResponseOutcome {
  const { reason, error } = status_details ?? {};
  switch (status) {
    case 'failed':
      return {
        status: 'failed',
        problem: describeProblem('The response failed', error?.code, error?.message),
      };
    case 'incomplete':
      return {
        status: 'interrupted',
        problem: describeProblem('The response is incomplete', reason, undefined),
      };
    case 'cancelled':
      return { status: 'interrupted' };
    default:
      return { status: 'done' };
  }
}

/** `The response failed (server_error): The server had an error while processing the response.` */
export function describeProblem(
  what: string,
  code: string | null | undefined,
  message: string | undefined,
): string {
  const subject = code ? `${what} (${code})` : what;
  return message ? `${subject}: ${message}` : `${subject}.`;
}

/** Turns the events of a Realtime call into a conversation. */
export const followVoice = (source: EventSource, dispatch: (action: ConversationAction) => void) =>
  followEvents(source, 'voice', dispatch);

/** An event source for a connection that has none, such as a WebSocket: pass its events to `emit`. */
export function createEventSource(): EventSource & { readonly emit: (event: RealtimeEvent) => void } {
  const listeners = new Map<string, Set<(event: never) => void>>();
  return {
    onEvent(type, listener) {
      const ofType = listeners.get(type) ?? new Set();
      listeners.set(type, ofType.add(listener));
      return () => ofType.delete(listener);
    },
    // The API documents the fields of an event of each type.
    emit: (event) => listeners.get(event.type)?.forEach((listener) => listener(event as never)),
  };
}

/** Creates the events that send a message and request a response. */
export function createMessageEvents(message: string, mode: Mode): readonly RealtimeEvent[] {
  const content = [{ type: 'input_text', text: message }];
  return [
    { type: 'conversation.item.create', item: { type: 'message', role: 'user', content } },
    { type: 'response.create', response: { output_modalities: [mode === 'voice' ? 'audio' : 'text'] } },
  ];
}
