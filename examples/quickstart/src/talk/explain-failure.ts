import { TokenError } from '@realtime-session/core';
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
