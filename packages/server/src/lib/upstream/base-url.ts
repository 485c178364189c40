const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Names of the create-session calls. */
type CallName = 'client_secrets' | 'sessions' | 'transcription_sessions';

/** Whether an upstream may be reached without TLS: only on this machine. */
function isSafe(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
}

/**
 * Checks a base address once, at construction.
 *
 * @param text - Where the API lives.
 * @returns The address without a trailing slash.
 * @throws TypeError When it is not HTTPS (HTTP is for loopback hosts), or carries credentials, a query or a fragment.
 */
export function checkedBaseUrl(text: string): string {
  if (!URL.canParse(text))
    throw new TypeError('The upstream address is not a URL; give one like "https://host/v1".');
  const url = new URL(text);
  if (!isSafe(url))
    throw new TypeError('The upstream address must use https; http is for loopback hosts only.');
  const extras = [url.username, url.password, url.search, url.hash];
  if (extras.some((extra) => extra !== '') || /[?#]/.test(text)) {
    throw new TypeError(
      'The upstream address may hold no user name, password, query or fragment; remove them.',
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/**
 * Checks a full address of a create-session call, wherever it came from. A query is legal here: some APIs keep their
 * version in it.
 *
 * @param text - The address.
 * @throws TypeError When it is not HTTPS (HTTP is for loopback hosts), or carries credentials or a fragment.
 */
export function checkCallUrl(text: string): void {
  checkedBaseUrl(text.split('?', 1)[0] ?? '');
  if (text.includes('#')) throw new TypeError('The upstream address may hold no fragment; remove it.');
}

/**
 * Address of a create-session call under a base address. A bare origin gets `/v1`, a base with a path is used as it is,
 * so both `https://host` and `https://host/v1` work.
 */
export function callUrl(base: string, call: CallName): string {
  const root = new URL(base).pathname === '/' ? `${base}/v1` : base;
  return `${root}/realtime/${call}`;
}
