import type { RealtimeSession, TranscriptionSession } from '@realtime-session/protocol';
import { randomId } from '../credentials/random-id.ts';
import { datedModel } from './dated-model.ts';
import { AUDIO_INPUT_DEFAULTS, REALTIME_DEFAULTS } from './session-defaults.ts';

/** A conversation as the API echoes it: what was asked for over the defaults. */
export interface EffectiveRealtimeSession extends Omit<RealtimeSession, 'model'> {
  /** Always `realtime.session`. */
  readonly object: 'realtime.session';
  /** Session id, `sess_…`. */
  readonly id: string;
  /** Snapshot of the model. */
  readonly model: string;
  /** When the session ends, in unix seconds; 0 until it is opened, as in the documented answer. Says nothing about the token. */
  readonly expires_at: number;
}

/** A transcription as the API echoes it. */
export interface EffectiveTranscriptionSession extends TranscriptionSession {
  /** Always `realtime.transcription_session`. */
  readonly object: 'realtime.transcription_session';
  /** Session id, `sess_…`. */
  readonly id: string;
  /** When the session ends, in unix seconds; 0 until it is opened, as in the documented answer. Says nothing about the token. */
  readonly expires_at: number;
}

/** A session as the API echoes it, told apart by `type`. */
export type EffectiveSession = EffectiveRealtimeSession | EffectiveTranscriptionSession;

/**
 * Fills in the defaults of a new session.
 *
 * @param requested - What was asked for.
 */
export function effectiveSession(requested: RealtimeSession | TranscriptionSession): EffectiveSession {
  const id = randomId('sess');
  if (requested.type === 'transcription') {
    const input = { ...AUDIO_INPUT_DEFAULTS, ...requested.audio?.input };
    return { ...requested, object: 'realtime.transcription_session', id, expires_at: 0, audio: { input } };
  }
  const { model = 'gpt-realtime', ...asked } = requested;
  return mergeRealtime(
    { ...REALTIME_DEFAULTS, object: 'realtime.session', id, expires_at: 0, model: datedModel(model) },
    asked,
  );
}

/**
 * Applies a `session.update`: what is named replaces, what is not stays. The model and the id never change.
 *
 * @param session - The session so far.
 * @param patch - The `session` of the update; of the same type.
 */
export function updateSession(
  session: EffectiveSession,
  patch: RealtimeSession | TranscriptionSession,
): EffectiveSession {
  if (session.type === 'realtime' && patch.type === 'realtime') {
    return mergeRealtime(session, patch);
  }
  if (session.type === 'transcription' && patch.type === 'transcription') {
    return { ...session, ...patch, audio: { input: { ...session.audio?.input, ...patch.audio?.input } } };
  }
  return session;
}

function mergeRealtime(
  session: EffectiveRealtimeSession,
  changes: Omit<RealtimeSession, 'model'>,
): EffectiveRealtimeSession {
  const audio = {
    input: { ...session.audio?.input, ...changes.audio?.input },
    output: { ...session.audio?.output, ...changes.audio?.output },
  };
  return { ...session, ...changes, model: session.model, audio };
}
