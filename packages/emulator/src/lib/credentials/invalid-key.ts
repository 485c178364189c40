import { invalidRequest } from '../http/api-failure.ts';

/**
 * The refusal of a credential.
 *
 * @param credential - What was sent, if anything; it is not repeated.
 */
export function invalidKey(credential: string | undefined): Error {
  const message =
    credential === undefined
      ? "You didn't provide an API key. Send it in an Authorization header using Bearer auth."
      : 'Incorrect API key provided. This is a local emulator: use the fake key it was started with, or a token it minted that is still valid.';
  return invalidRequest(401, { message, code: 'invalid_api_key' });
}
