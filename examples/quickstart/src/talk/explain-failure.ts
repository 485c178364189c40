import { TokenError } from '@realtime-session/core';
import type { ConnectionError } from '@realtime-session/react/webrtc';
import { describeError } from '../token/describe-error.ts';
import { CallError } from './call-error.ts';

/** Why no session was opened, in a sentence. */
export function explainFailure(error: unknown): string {
  if (TokenError.is(error))
    return `No token to open a session with: ${describeError(error).title.toLowerCase()}.`;
  if (!(error instanceof CallError))
    return 'The session could not be opened; look at the console of the browser.';
  switch (error.code) {
    case 'invalid_api_key':
    case 3000:
      return 'The API refused two tokens in a row; see that the mint route and the API belong together.';
    case 1006:
      return 'The API could not be reached; check the network, and that its server is running.';
    default:
      return `The API did not open a session (${error.code}).`;
  }
}

/** Why a call did not open, or ended, in a sentence. */
export function explainBreakdown({ code, status, message, cause }: ConnectionError): string {
  switch (code) {
    case 'token':
      return explainFailure(cause);
    case 'rejected':
      return status === 401 ? explainFailure(new CallError('invalid_api_key')) : message;
    case 'mic-missing':
      return 'No microphone could be opened; plug one in, or talk in writing with “Text”.';
    default:
      return message;
  }
}
