import { EPOCH_MS } from './machine.ts';

/** How a mint route words its answers. */
export type Style =
  'relative' | 'dated' | 'dated-session' | 'dated-text' | 'undated' | 'plain' | 'nameless' | 'bare';

/** All of them. */
export const STYLES: readonly Style[] = [
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

/** What goes into an answer. */
export interface Content {
  /** The token. */
  readonly value: string;
  /** What it says about the end of the token, in true milliseconds. */
  readonly expiresTrueMs: number;
  /** What it says about the token's life, in milliseconds. */
  readonly lifetimeMs: number;
  /** What its `Date` header says, in true milliseconds. */
  readonly dateTrueMs: number;
}

/** A `Response`, as far as it is read. */
export interface Reply {
  /** Status below 300. */
  readonly ok: boolean;
  /** Status. */
  readonly status: number;
  /** Headers. */
  readonly headers: Headers;
  /** The body. */
  text(): Promise<string>;
}

/** A `Date` header's text. */
export function httpDate(trueMs: number): string {
  return new Date(EPOCH_MS + trueMs).toUTCString();
}

/** A reply whose body is there at once. */
export function reply(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    ok: status < 300,
    status,
    headers: new Headers(headers),
    text: () => Promise.resolve(text),
  };
}

/** A good answer in some style. */
export function word(style: Style, content: Content): unknown {
  const { value, expiresTrueMs, lifetimeMs } = content;
  const expires_at = Math.floor((EPOCH_MS + expiresTrueMs) / 1000);
  const date = { date: httpDate(content.dateTrueMs) };
  const session = { id: 'sess_1', object: 'realtime.session' };
  switch (style) {
    case 'relative':
      return reply(200, { value, expires_at, expires_in: lifetimeMs / 1000, session }, date);
    case 'dated':
      return reply(200, { value, expires_at, session }, date);
    case 'dated-session':
      return reply(200, { ...session, expires_at: 0, client_secret: { value, expires_at } }, date);
    case 'dated-text':
      return reply(200, { token: value, expiresAt: new Date(expires_at * 1000).toISOString() }, date);
    case 'undated':
      return reply(200, { value, expires_at, session });
    case 'plain':
      return { value, expires_in: lifetimeMs / 1000 };
    case 'nameless':
      return reply(200, { value, session }, date);
    case 'bare':
      return value;
  }
}

/** What a truthful answer in that style lets anyone know about the end of its token. */
export function knowableFrom(style: Style, skewMs: number): 'exactly' | 'within-a-second' | 'no' {
  if (style === 'relative' || style === 'plain') return 'exactly';
  if (style.startsWith('dated')) return 'within-a-second';
  return style === 'undated' && skewMs >= 0 ? 'exactly' : 'no';
}
