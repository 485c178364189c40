import type { ConnectionError, ConnectionStatus } from '@realtime-session/react/webrtc';

const statusTexts: Record<ConnectionStatus, string> = {
  idle: 'Ready to call',
  connecting: 'Connecting…',
  connected: 'Connected',
  reconnecting: 'The connection was lost. Connecting again…',
  closed: 'The call has ended',
  failed: 'The call failed',
};

/** Why the server ended the call. */
const endTexts: Partial<Record<string, string>> = {
  duration: 'The call reached its time limit.',
  idle: 'The call ended because no one spoke.',
  revoked: 'The call was ended. You may be signed out.',
  shutdown: 'The server was restarted. Please call again.',
};

/** Returns what the page shows about the call: its state, or what the user can do about an error. */
export function describeStatus(status: ConnectionStatus, error: ConnectionError | undefined): string {
  return status === 'failed' && error ? describeError(error) : statusTexts[status];
}

function describeError(error: ConnectionError): string {
  if (error.status === 401) return 'You are signed out. Sign in, then call again.';
  if (error.apiCode === 'too_many_calls') return 'You are in a call in another tab or device.';
  switch (error.code) {
    case 'mic-denied':
      return 'The microphone is blocked. Allow it for this page, then call again.';
    case 'mic-missing':
      return 'No microphone was found. Connect one, then call again.';
    case 'lost':
    case 'timeout':
    case 'network':
      return 'The connection was lost. Check your network, then call again.';
    case 'rejected':
      if ((error.status ?? 0) < 500) return error.message;
      return 'The voice service cannot be reached. Please call again later.';
    case 'call-ended':
      return endTexts[error.reason ?? ''] ?? 'The call was ended by the server.';
    default:
      return error.message;
  }
}
