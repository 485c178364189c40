/** Why a session could not be opened. `code` is where `withToken()` looks to see whether a new token may help. */
export class CallError extends Error {
  override readonly name = 'CallError';
  /** The API's code such as `invalid_api_key`, or the WebSocket close code. */
  readonly code: string | number;

  constructor(code: string | number) {
    super(`The session was not opened (${code}).`);
    this.code = code;
  }
}
