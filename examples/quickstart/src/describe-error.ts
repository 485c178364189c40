import { TokenError } from '@realtime-session/core';
import type { ConnectionError } from '@realtime-session/react/webrtc';
import { callLimits } from './call/call-limits.ts';
import { formatDuration } from './format.ts';

/** A WebSocket session could not be opened. `withToken()` reads `code` to decide whether to retry with a new token. */
export class SessionOpenError extends Error {
  override readonly name = 'SessionOpenError';
  /** The API's error code, such as `invalid_api_key`, or the WebSocket close code. */
  readonly code: string | number;

  constructor(code: string | number) {
    super(`The session was not opened (${code}).`);
    this.code = code;
  }
}

export interface ErrorDescription {
  /** The problem in a few words. */
  readonly title: string;
  /** What the user can do, in a sentence. */
  readonly advice: string;
}

export function describeTokenError(error: TokenError): ErrorDescription {
  switch (error.code) {
    case 'network':
      return { title: 'Mint route unreachable', advice: 'Check that the quickstart server is running.' };
    case 'timeout':
      return {
        title: 'Mint route timed out',
        advice: 'The server did not respond in time. Check its log.',
      };
    case 'http':
      return describeHttpError(error);
    default:
      return { title: 'No usable token', advice: error.message };
  }
}

function describeHttpError(error: TokenError): ErrorDescription {
  if (error.status === 401) {
    return { title: 'Unknown visitor', advice: 'The cookie is missing. Reload the page.' };
  }
  if (error.status === 429) {
    return { title: 'Too many tokens', advice: 'The server accepts the next token request shortly.' };
  }
  if (error.status !== undefined && error.status >= 500) {
    return {
      title: 'The server cannot mint a token',
      advice: `It responded with ${error.status}. Its log in the terminal explains what to do, for example about OPENAI_API_KEY.`,
    };
  }
  return { title: 'The mint route rejected the request', advice: error.message };
}

/** Explains in a sentence why a WebSocket session was not opened. */
export function describeSessionError(error: unknown): string {
  if (TokenError.is(error))
    return `No token to open a session with: ${describeTokenError(error).title.toLowerCase()}.`;
  if (!(error instanceof SessionOpenError))
    return 'The session could not be opened. Check the browser console.';
  switch (error.code) {
    case 'invalid_api_key':
    case 3000:
      return 'The API rejected two tokens in a row. Check that the mint route and the page use the same API.';
    case 1006:
      return 'The API is unreachable. Check the network and that the server is running.';
    default:
      return `The API did not open a session (${error.code}).`;
  }
}

/** Explains in a sentence why an open WebSocket session ended. */
export function describeSessionEnd(closeCode: number): string {
  switch (closeCode) {
    case 1001:
      return 'The session reached the API’s limit of 60 minutes. Send a message to open another one.';
    case 1006:
      return 'The session was lost. Send a message to open another one.';
    default:
      return `The API ended the session (${closeCode}). Send a message to open another one.`;
  }
}

/** Explains in a sentence why a WebRTC call did not open, or ended. */
export function describeConnectionError(error: ConnectionError): string {
  const { code, status, message, cause } = error;
  switch (code) {
    case 'call-ended':
      return describeCallEnd(error.reason);
    case 'token':
      return describeSessionError(cause);
    case 'rejected':
      if (error.apiCode === 'too_many_calls') return 'You have a call in another tab. End it first.';
      if (error.apiCode === 'budget_exhausted') return 'Your budget for this hour is spent.';
      return status === 401 ? describeSessionError(new SessionOpenError('invalid_api_key')) : message;
    case 'mic-missing':
      return 'No microphone is available. Connect one, or switch to “Text”.';
    case 'session-expired':
      return 'The call reached the API’s limit of 60 minutes. Press Talk to open another one.';
    case 'lost':
      return 'The connection was lost.';
    default:
      return message;
  }
}

/** Explains in a sentence why the server ended a call. */
function describeCallEnd(reason: ConnectionError['reason']): string {
  switch (reason) {
    case 'duration':
      return `The server ended the call: it reached its limit of ${formatDuration(callLimits.maxDurationMs)}.`;
    case 'idle':
      return `The server ended the call: no one spoke for ${formatDuration(callLimits.idleTimeoutMs)}.`;
    case 'budget':
      return 'The server ended the call: its budget is spent.';
    case 'replaced':
      return 'The call continues in another tab.';
    case 'revoked':
      return 'The server ended the call, because you pressed “End the call”.';
    case 'page-update':
      return 'The server ended the call: the page changed the instructions too often.';
    case 'heartbeat-lost':
      return `The server ended the call: it had no heartbeat of the page for ${formatDuration(callLimits.heartbeatTimeoutMs)}.`;
    case 'shutdown':
      return 'The call ended with the server.';
    case 'expired':
      return 'The session reached the API’s own limit. Press Talk to open another one.';
    case 'content':
      return 'The API ended the session because of what was said.';
    default:
      return `The call ended (${reason ?? 'unknown'}).`;
  }
}
