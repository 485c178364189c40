import type { ApiErrorDetail } from '@realtime-session/protocol';
import { updateSessionConfig } from '../state/session-config.ts';
import type { RequestedSession, SessionConfig } from '../state/session-config.ts';
import { getVoice, toVoiceName } from './response-options.ts';

/** The settings of one session. */
export interface SessionState {
  get(): SessionConfig;
  /** Merges new settings. Returns the error if they are refused. */
  update(changes: RequestedSession): ApiErrorDetail | undefined;
}

export interface SessionStateOptions {
  /** The session when it opens. */
  readonly session: SessionConfig;
  /** Returns the error if the models or the voice of an update do not exist. */
  readonly checkUpdate: (update: RequestedSession) => ApiErrorDetail | undefined;
  /** Whether the model has spoken. From then on the voice is fixed. */
  readonly hasSpoken: () => boolean;
}

const TYPE_IS_FIXED = {
  code: 'invalid_value',
  message: 'The type of a session cannot change.',
  param: 'session.type',
};

export const VOICE_IS_FIXED = {
  code: 'cannot_update_voice',
  message: "Cannot update a conversation's voice if assistant audio is present.",
};

export function createSessionState(options: SessionStateOptions): SessionState {
  let { session } = options;
  const findRefusal = (changes: RequestedSession): ApiErrorDetail | undefined => {
    if (changes.type !== session.type) return TYPE_IS_FIXED;
    const voice = changes.type === 'realtime' ? changes.audio?.output?.voice : undefined;
    if (voice !== undefined && options.hasSpoken() && toVoiceName(voice) !== getVoice(session))
      return VOICE_IS_FIXED;
    return options.checkUpdate(changes);
  };
  return {
    get: () => session,
    update(changes) {
      const refusal = findRefusal(changes);
      if (refusal === undefined) session = updateSessionConfig(session, changes);
      return refusal;
    },
  };
}
