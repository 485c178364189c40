import type {
  AudioInput,
  RealtimeSession,
  TranscriptionSession,
  TurnDetection,
} from '@realtime-session/protocol';
import type { CreateId } from '../shared/create-id.ts';
import { toSnapshot } from '../shared/model-snapshots.ts';
import { DEFAULT_MODEL } from './models.ts';

/** A realtime session as the API echoes it: the requested settings merged over the defaults. */
interface RealtimeConfig extends Omit<RealtimeSession, 'include' | 'model'> {
  readonly object: 'realtime.session';
  readonly id: string;
  /** Snapshot of the model. */
  readonly model: string;
  /** When the session ends, in unix seconds; 0 until it opens, as documented. Unrelated to the token's expiry. */
  readonly expires_at: number;
  /** Additional fields of server events; `null` for none. */
  readonly include: RealtimeSession['include'] | null;
}

/** A transcription session as the API echoes it. */
interface TranscriptionConfig extends Omit<TranscriptionSession, 'include'> {
  readonly object: 'realtime.transcription_session';
  readonly id: string;
  /** As in {@link RealtimeConfig}. */
  readonly expires_at: number;
  /** As in {@link RealtimeConfig}. */
  readonly include: TranscriptionSession['include'] | null;
}

/** A session as the API echoes it, discriminated by `type`. */
export type SessionConfig = RealtimeConfig | TranscriptionConfig;

/** Session settings as a client requests them. */
export type RequestedSession = RealtimeSession | TranscriptionSession;

/** What each type of turn detection has when it is turned on. Silence is 200 ms, as live responses show, not the documented 500. */
const TURN_DETECTION_DEFAULTS = {
  server_vad: {
    type: 'server_vad',
    threshold: 0.5,
    prefix_padding_ms: 300,
    silence_duration_ms: 200,
    idle_timeout_ms: null,
    create_response: true,
    interrupt_response: true,
  },
  semantic_vad: {
    type: 'semantic_vad',
    eagerness: 'auto',
    create_response: true,
    interrupt_response: true,
  },
} as const satisfies Readonly<Record<string, TurnDetection>>;

const AUDIO_INPUT_DEFAULTS: AudioInput = {
  format: { type: 'audio/pcm', rate: 24_000 },
  transcription: null,
  noise_reduction: null,
  turn_detection: TURN_DETECTION_DEFAULTS.server_vad,
};

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

export function createSessionConfig(requested: RequestedSession, createId: CreateId): SessionConfig {
  const shared = { id: createId('sess'), expires_at: 0, include: null };
  if (requested.type === 'transcription') {
    const object = 'realtime.transcription_session';
    const audio = { input: AUDIO_INPUT_DEFAULTS };
    return mergeTranscription({ type: 'transcription', object, ...shared, audio }, requested);
  }
  const { model: alias = DEFAULT_MODEL, ...settings } = requested;
  const model = toSnapshot(alias);
  return mergeRealtime({ ...REALTIME_DEFAULTS, object: 'realtime.session', ...shared, model }, settings);
}

/**
 * Merges new settings of the same type into a session: objects below `audio` member by member, everything else as a whole.
 * The model and the id never change.
 */
export function updateSessionConfig(session: SessionConfig, changes: RequestedSession): SessionConfig {
  if (session.type === 'realtime' && changes.type === 'realtime') return mergeRealtime(session, changes);
  if (session.type === 'transcription' && changes.type === 'transcription')
    return mergeTranscription(session, changes);
  return session;
}

function mergeRealtime(session: RealtimeConfig, changes: Omit<RealtimeSession, 'model'>): RealtimeConfig {
  const audio = {
    input: mergeAudioInput(session.audio?.input, changes.audio?.input),
    output: mergeMembers(session.audio?.output ?? {}, changes.audio?.output ?? {}),
  };
  const reasoning = mergeMembers(session.reasoning ?? {}, changes.reasoning ?? {});
  return {
    ...mergeMembers(session, changes),
    model: session.model,
    audio,
    ...(Object.keys(reasoning).length === 0 ? {} : { reasoning }),
  };
}

function mergeTranscription(
  session: TranscriptionConfig,
  changes: TranscriptionSession,
): TranscriptionConfig {
  const audio = { input: mergeAudioInput(session.audio?.input, changes.audio?.input) };
  return { ...mergeMembers(session, changes), audio };
}

function mergeAudioInput(current: AudioInput = AUDIO_INPUT_DEFAULTS, changes: AudioInput = {}): AudioInput {
  return {
    ...mergeMembers(current, changes),
    transcription: mergeNullable(current.transcription, changes.transcription, {}),
    noise_reduction: mergeNullable(current.noise_reduction, changes.noise_reduction, { strength: 1 }),
    turn_detection: mergeTurnDetection(current.turn_detection, changes.turn_detection),
  };
}

/** Another type of turn detection starts from its own defaults. */
function mergeTurnDetection(
  current: TurnDetection | undefined,
  changes: TurnDetection | undefined,
): TurnDetection {
  if (changes === undefined) return current ?? null;
  if (changes === null) return null;
  const base = current?.type === changes.type ? current : TURN_DETECTION_DEFAULTS[changes.type];
  return mergeMembers<NonNullable<TurnDetection>>(base, changes);
}

/** Merges settings that can be turned off with `null`. `defaults` are those of settings that are turned on. */
function mergeNullable<Settings extends object>(
  current: Settings | null | undefined,
  changes: Settings | null | undefined,
  defaults: Settings,
): Settings | null {
  if (changes === undefined) return current ?? null;
  return changes === null ? null : mergeMembers(current ?? defaults, changes);
}

/** Replaces the members that `changes` defines. */
function mergeMembers<Settings extends object>(current: Settings, changes: Partial<Settings>): Settings {
  const defined = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...current, ...Object.fromEntries(defined) };
}
