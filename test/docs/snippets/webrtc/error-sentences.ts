import type { ConnectionError, ConnectionErrorCode } from '@realtime-session/webrtc';

/** The compiler checks that every code has a sentence. */
const sentences = {
  'mic-denied': 'Allow this page to use the microphone, then call again.',
  'mic-missing': 'Connect a microphone, or close the program that uses it.',
  'insecure-context': 'Calls are not available at this address.',
  unsupported: 'This browser cannot make calls. Use a current one.',
  token: 'Calls are not available now. Try again later.',
  rejected: 'Calls are not available now. Try again later.',
  network: 'The connection failed. Check your network.',
  'call-ended': 'The call has ended.',
  timeout: 'The call took too long to connect. Try again.',
  lost: 'The call was lost. Check your network.',
  'session-expired': 'The call reached its time limit.',
  closed: 'The call has ended.',
  'invalid-options': 'Calls are not available now.',
} satisfies Record<ConnectionErrorCode, string>;

/** Returns a sentence for the user. */
export function describeForUser({ code, status }: ConnectionError): string {
  return code === 'rejected' && status === 401 ? 'Sign in again.' : sentences[code];
}
