import type { RealtimeSession, SessionCreateRequest, TranscriptionSession } from '@realtime-session/protocol';

/** Parameters of the documented `sessions` call, flat: `{ model, voice, turn_detection, … }`. The lifetime is not among them. */
export type FlatSessionParams = Omit<SessionCreateRequest, 'client_secret'>;

/**
 * What a session is like, in either generation of parameters: flat (`{ model, instructions, voice }`), or nested with a
 * `type` (`{ type: 'realtime', model, audio: { output: { voice } } }`). The two may not be mixed. The token's lifetime is
 * the handler's `ttlSeconds`, never a parameter.
 */
export type SessionParams = FlatSessionParams | RealtimeSession | TranscriptionSession;
