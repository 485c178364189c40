/** A create call of the Realtime API. */
export type MintCall = 'client_secrets' | 'sessions' | 'transcription_sessions';

const CALL_BY_PATH: ReadonlyMap<string, MintCall> = new Map([
  ['/v1/realtime/client_secrets', 'client_secrets'],
  ['/v1/realtime/sessions', 'sessions'],
  ['/v1/realtime/transcription_sessions', 'transcription_sessions'],
]);

/**
 * The create call a path names.
 *
 * @param path - Path of the request, without its query.
 */
export function mintCallAt(path: string): MintCall | undefined {
  return CALL_BY_PATH.get(path);
}
