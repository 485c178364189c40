/**
 * Thrown when a transcription session is to be sent to the documented `sessions` call, which only opens
 * conversations. Use the live call, or `toTranscriptionSessionRequest` and `POST /v1/realtime/transcription_sessions`.
 */
export class TranscriptionNotExpressibleError extends Error {
  override readonly name = 'TranscriptionNotExpressibleError';

  /** Takes nothing: the sentence is always the same and quotes nothing of the request. */
  constructor() {
    super(
      'The documented sessions call cannot open a transcription session; send it to /v1/realtime/client_secrets or /v1/realtime/transcription_sessions.',
    );
  }
}
