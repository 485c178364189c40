/** What became of a field of a Realtime session in a Live session. */
export interface LiveCounterpart {
  /** Dotted path in a Realtime session, in either generation of its parameters, such as `audio.output.speed` or `turn_detection`. */
  readonly realtime: string;
  /** Dotted path in a Live session. `undefined` if Live has no counterpart. */
  readonly live: string | undefined;
  /** What to do: a sentence without the final period. It is a part of the message of the schema, and of the documentation's table. */
  readonly remedy: string;
}

const NEGOTIATED = 'WebRTC negotiates the format; leave it out';
const CONTINUOUS = 'Live listens and speaks continuously and decides itself when to speak; leave it out';
const TRANSCRIBED =
  'both sides are always transcribed, in session.input_transcript.delta and session.output_transcript.delta; leave it out';
const CLEANED = "use the browser's noiseSuppression constraint for the microphone";
const PACED = 'ask for a pace in instructions';
const TEXT = 'Live always speaks, and sends transcripts; leave it out';
const DELEGATED_LIMIT =
  'it limits each delegated response; what Live says has no limit except the duration of the session';
const NO_TOKEN = 'Live has no ephemeral tokens: your server creates each session with its own key';

/**
 * Every field of a Realtime session, in both generations of its parameters, and what takes its place in a Live session. The schemas of
 * Live take their messages from it.
 *
 * @example
 * ```ts
 * const tools = realtimeToLive.find(({ realtime }) => realtime === 'tools');
 * console.log(tools?.live); // delegation.responses.tools
 * ```
 */
export const realtimeToLive: readonly LiveCounterpart[] = [
  absent('type', 'the URL selects the API; leave it out'),
  same('model', 'use a Live model, such as gpt-live-1.1'),
  same('instructions', 'they cannot change after the start; session.instructions.append adds to them'),
  absent('output_modalities', TEXT),
  same('audio.output.voice', 'Live has more voices; the voice cannot change after the start'),
  absent('audio.output.format', NEGOTIATED),
  absent('audio.output.speed', PACED),
  absent(
    'audio.input',
    `WebRTC negotiates the format, both sides are always transcribed, and Live decides itself when to speak; ${CLEANED}`,
  ),
  absent('audio.input.format', NEGOTIATED),
  absent('audio.input.transcription', TRANSCRIBED),
  absent('audio.input.noise_reduction', CLEANED),
  absent('audio.input.turn_detection', CONTINUOUS),
  moved(
    'tools',
    'delegation.responses.tools',
    'Live delegates work to a Responses model, which uses the tools',
  ),
  moved('tool_choice', 'delegation.responses.tool_choice', 'it applies to the Responses model'),
  moved(
    'parallel_tool_calls',
    'delegation.responses.parallel_tool_calls',
    'it applies to the Responses model',
  ),
  moved('reasoning', 'delegation.responses.reasoning', 'it applies to the Responses model'),
  moved('max_output_tokens', 'delegation.responses.max_output_tokens', DELEGATED_LIMIT),
  absent('tracing', 'leave it out'),
  absent('truncation', 'session.usage.updated reports how full the context window is; leave it out'),
  absent('prompt', 'write its text into instructions'),
  absent('include', 'leave it out'),
  // The flat parameters of the retired `sessions` call.
  absent('modalities', TEXT),
  moved('voice', 'audio.output.voice', 'Live has more voices; the voice cannot change after the start'),
  absent('speed', PACED),
  absent('input_audio_format', NEGOTIATED),
  absent('output_audio_format', NEGOTIATED),
  absent('input_audio_transcription', TRANSCRIBED),
  absent('input_audio_noise_reduction', CLEANED),
  absent('turn_detection', CONTINUOUS),
  absent('temperature', 'leave it out'),
  moved('max_response_output_tokens', 'delegation.responses.max_output_tokens', DELEGATED_LIMIT),
  absent('expires_after', NO_TOKEN),
  absent('client_secret', NO_TOKEN),
];

/** Fields that could be expected in `audio`, but which only sessions over a WebSocket have. */
const webSocketFields: readonly LiveCounterpart[] = [absent('audio.format', NEGOTIATED)];

/**
 * Returns the message for a field that a Live session does not have, or `undefined` if it is not a field of Realtime.
 *
 * @param path - Dotted path in the session.
 */
export function describeLiveCounterpart(path: string): string | undefined {
  const field = [...realtimeToLive, ...webSocketFields].find(({ realtime }) => realtime === path);
  if (field === undefined) return undefined;
  return field.live === undefined
    ? `does not exist in a Live session over WebRTC: ${field.remedy}`
    : `is ${field.live} in a Live session: ${field.remedy}`;
}

function absent(realtime: string, remedy: string): LiveCounterpart {
  return { realtime, live: undefined, remedy };
}

function moved(realtime: string, live: string, remedy: string): LiveCounterpart {
  return { realtime, live, remedy };
}

function same(path: string, remedy: string): LiveCounterpart {
  return { realtime: path, live: path, remedy };
}
