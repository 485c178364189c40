import { EPOCH_MS } from './machine.ts';

/** The format of a mint route's responses. */
export type ResponseFormat =
  'relative' | 'dated' | 'dated-session' | 'dated-text' | 'undated' | 'plain' | 'nameless' | 'bare';

export const RESPONSE_FORMATS: readonly ResponseFormat[] = [
  'relative',
  'relative',
  'dated',
  'dated-session',
  'dated-text',
  'undated',
  'plain',
  'nameless',
  'bare',
];

export interface ResponseContent {
  readonly value: string;
  /** The expiry in the response, in true milliseconds. */
  readonly expiresTrueMs: number;
  /** The lifetime in the response, in milliseconds. */
  readonly lifetimeMs: number;
  /** The `Date` header, in true milliseconds. */
  readonly dateTrueMs: number;
}

/** The part of a `Response` that is read. */
export interface FakeResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: Headers;
  text(): Promise<string>;
}

export function httpDate(trueMs: number): string {
  return new Date(EPOCH_MS + trueMs).toUTCString();
}

export function createResponse(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): FakeResponse {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    ok: status < 300,
    status,
    headers: new Headers(headers),
    text: () => Promise.resolve(text),
  };
}

export function formatResponse(format: ResponseFormat, content: ResponseContent): unknown {
  const { value, expiresTrueMs, lifetimeMs } = content;
  const expires_at = Math.floor((EPOCH_MS + expiresTrueMs) / 1000);
  const date = { date: httpDate(content.dateTrueMs) };
  const session = { id: 'sess_1', object: 'realtime.session' };
  switch (format) {
    case 'relative':
      return createResponse(200, { value, expires_at, expires_in: lifetimeMs / 1000, session }, date);
    case 'dated':
      return createResponse(200, { value, expires_at, session }, date);
    case 'dated-session':
      return createResponse(200, { ...session, expires_at: 0, client_secret: { value, expires_at } }, date);
    case 'dated-text':
      return createResponse(
        200,
        { token: value, expiresAt: new Date(expires_at * 1000).toISOString() },
        date,
      );
    case 'undated':
      return createResponse(200, { value, expires_at, session });
    case 'plain':
      return { value, expires_in: lifetimeMs / 1000 };
    case 'nameless':
      return createResponse(200, { value, session }, date);
    case 'bare':
      return value;
  }
}

/** How exactly a correct response in this format defines the expiry of its token. */
export function getKnowable(format: ResponseFormat, skewMs: number): 'exactly' | 'within-a-second' | 'no' {
  if (format === 'relative' || format === 'plain') return 'exactly';
  if (format.startsWith('dated')) return 'within-a-second';
  return format === 'undated' && skewMs >= 0 ? 'exactly' : 'no';
}
