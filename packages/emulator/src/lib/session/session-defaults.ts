import type { AudioInput, RealtimeSession } from '@realtime-session/protocol';

/** `audio.input` of a session that asks for nothing. Silence is 200 ms, as live answers show, not the documented 500. */
export const AUDIO_INPUT_DEFAULTS = {
  format: { type: 'audio/pcm', rate: 24_000 },
  transcription: null,
  noise_reduction: null,
  turn_detection: {
    type: 'server_vad',
    threshold: 0.5,
    prefix_padding_ms: 300,
    silence_duration_ms: 200,
    idle_timeout_ms: null,
    create_response: true,
    interrupt_response: true,
  },
} as const satisfies AudioInput;

/** A conversation that asks for nothing. */
export const REALTIME_DEFAULTS: Omit<RealtimeSession, 'model'> = {
  type: 'realtime',
  output_modalities: ['audio'],
  instructions: 'Your knowledge cutoff is 2023-10. You are a helpful, witty, and friendly AI.',
  tools: [],
  tool_choice: 'auto',
  max_output_tokens: 'inf',
  tracing: null,
  truncation: 'auto',
  prompt: null,
  audio: {
    input: AUDIO_INPUT_DEFAULTS,
    output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'alloy', speed: 1 },
  },
};
