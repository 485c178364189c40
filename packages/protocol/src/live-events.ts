/** Names of the events that a client can send in a Live session over WebRTC, through the data channel or a sideband. */
export const liveClientEvents = [
  'session.update',
  'session.input_audio.mute',
  'session.input_audio.unmute',
  'session.output_audio.fixture.play',
  'session.instructions.append',
  'session.thinking.append',
  'session.commentary.append',
  'decision.create',
  'decision.item.create',
  'decision.item.delete',
  'response.item.create',
  'response.create',
  'session.close',
] as const;

/**
 * Names of the events that the Live API sends in a session over WebRTC. `session.input_audio.append` and
 * `session.output_audio.delta` are the audio that is reflected to sidebands.
 */
export const liveServerEvents = [
  'session.started',
  'session.updated',
  'session.input_audio.muted',
  'session.input_audio.unmuted',
  'session.output_audio.fixture.playing',
  'session.output_audio.fixture.played',
  'session.instructions.appended',
  'session.thinking.appended',
  'session.commentary.appended',
  'session.input_audio.append',
  'session.output_audio.delta',
  'session.input_transcript.delta',
  'session.output_transcript.delta',
  'session.delegation.created',
  'decision.event',
  'decision.item.created',
  'decision.item.deleted',
  'response.event',
  'session.usage.updated',
  'session.closed',
  'error',
  'info',
] as const;

/** Reasons of `session.closed`. */
export const liveCloseReasons = [
  'close_requested',
  'expired',
  'content',
  'remote_hangup',
  'connection_lost',
] as const;

/** Name of an event that a client can send in a Live session over WebRTC. */
export type LiveClientEventType = (typeof liveClientEvents)[number];

/** Name of an event that the Live API sends in a session over WebRTC. */
export type LiveServerEventType = (typeof liveServerEvents)[number];

/** Why a Live session ended. */
export type LiveCloseReason = (typeof liveCloseReasons)[number];
