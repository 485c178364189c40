import type { AudioInput, RealtimeSession, TranscriptionSession } from '@realtime-session/protocol';
import { createId } from '../shared/create-id.ts';

/** A realtime session as the API echoes it: the requested settings merged over the defaults. */
interface RealtimeConfig extends Omit<RealtimeSession, 'model'> {
  readonly object: 'realtime.session';
  readonly id: string;
  /** Snapshot of the model. */
  readonly model: string;
  /** When the session ends, in unix seconds; 0 until it opens, as documented. Unrelated to the token's expiry. */
  readonly expires_at: number;
}

/** A transcription session as the API echoes it. */
interface TranscriptionConfig extends TranscriptionSession {
  readonly object: 'realtime.transcription_session';
  readonly id: string;
  /** As in {@link RealtimeConfig}. */
  readonly expires_at: number;
}

/** A session as the API echoes it, discriminated by `type`. */
export type SessionConfig = RealtimeConfig | TranscriptionConfig;

/** Session settings as a client requests them. */
export type RequestedSession = RealtimeSession | TranscriptionSession;

/** Silence is 200 ms, as live responses show, not the documented 500. */
const AUDIO_INPUT_DEFAULTS = {
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

const REALTIME_DEFAULTS: Omit<RealtimeSession, 'model'> = {
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

/** Responses name the snapshot of a model, not the alias that was requested. */
const SNAPSHOTS: ReadonlyMap<string, string> = new Map([
  ['gpt-realtime', 'gpt-realtime-2025-08-28'],
  ['gpt-realtime-mini', 'gpt-realtime-mini-2025-12-15'],
  ['gpt-4o-realtime-preview', 'gpt-4o-realtime-preview-2025-06-03'],
  ['gpt-4o-mini-realtime-preview', 'gpt-4o-mini-realtime-preview-2024-12-17'],
]);

export function createSessionConfig(requested: RequestedSession): SessionConfig {
  const id = createId('sess');
  if (requested.type === 'transcription') {
    const input = { ...AUDIO_INPUT_DEFAULTS, ...requested.audio?.input };
    return { ...requested, object: 'realtime.transcription_session', id, expires_at: 0, audio: { input } };
  }
  const { model: alias = 'gpt-realtime', ...settings } = requested;
  const model = SNAPSHOTS.get(alias) ?? alias;
  return mergeRealtime(
    { ...REALTIME_DEFAULTS, object: 'realtime.session', id, expires_at: 0, model },
    settings,
  );
}

/** Merges new settings of the same type into a session. The model and the id never change. */
export function updateSessionConfig(session: SessionConfig, changes: RequestedSession): SessionConfig {
  if (session.type === 'realtime' && changes.type === 'realtime') {
    return mergeRealtime(session, changes);
  }
  if (session.type === 'transcription' && changes.type === 'transcription') {
    return {
      ...session,
      ...changes,
      audio: { input: { ...session.audio?.input, ...changes.audio?.input } },
    };
  }
  return session;
}

function mergeRealtime(session: RealtimeConfig, changes: Omit<RealtimeSession, 'model'>): RealtimeConfig {
  const audio = {
    input: { ...session.audio?.input, ...changes.audio?.input },
    output: { ...session.audio?.output, ...changes.audio?.output },
  };
  return { ...session, ...changes, model: session.model, audio };
}
