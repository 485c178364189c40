import type { TokenError } from '../token-error.ts';
import type { ExpirySource } from '../token/lifetime.ts';
import type { Mint, Model } from './model.ts';

/** Why a token is fetched. */
export type RefreshReason =
  'initial' | 'proactive' | 'demand' | 'forced' | 'invalidated' | 'visible' | 'online' | 'resume';

/** A property that every event has. */
export interface EventBase {
  /** When it happened, in milliseconds since 1970 on this machine's clock. */
  readonly atMs: number;
}

/** A property that every event about a mint has. */
export interface MintEvent extends EventBase {
  /** Why the token is fetched. */
  readonly reason: RefreshReason;
  /** 1 for the first attempt since the last success. */
  readonly attempt: number;
}

/** A create-session call starts. */
export interface MintStarted extends MintEvent {
  /** The discriminant of {@link TokenEvent}. */
  readonly type: 'mint-started';
}

/** A token was accepted. */
export interface MintSucceeded extends MintEvent {
  /** The discriminant of {@link TokenEvent}. */
  readonly type: 'mint-succeeded';
  /** From request to token, in milliseconds. */
  readonly durationMs: number;
  /** Lifetime from the start of the request, in milliseconds. */
  readonly lifetimeMs: number;
  /** How the lifetime is known. */
  readonly expirySource: ExpirySource;
  /** Server clock minus this machine's clock, in milliseconds, if measured. */
  readonly clockSkewMs: number | undefined;
}

/** An attempt failed. */
export interface MintFailed extends MintEvent {
  /** The discriminant of {@link TokenEvent}. */
  readonly type: 'mint-failed';
  /** Why the attempt failed. */
  readonly error: TokenError;
}

/** A mint was given up: no caller waits for it, or its result would be late. */
export interface MintDropped extends MintEvent {
  /** The discriminant of {@link TokenEvent}. */
  readonly type: 'mint-dropped';
  /** What ended it. */
  readonly cause: 'abandoned' | 'reset' | 'set' | 'disposed';
}

/** There is no current token any longer. */
export interface TokenLost extends EventBase {
  /** The discriminant of {@link TokenEvent}. */
  readonly type: 'token-expired' | 'token-invalidated';
}

/** The last tokens were not used: refreshing pauses until the next call. */
export interface RefreshPaused extends EventBase {
  /** The discriminant of {@link TokenEvent}. */
  readonly type: 'refresh-paused';
}

/** The manager was reset or disposed. */
export interface ManagerEnded extends EventBase {
  /** The discriminant of {@link TokenEvent}. */
  readonly type: 'reset' | 'disposed';
}

/** What a manager did, for logs and devtools. Contains no secret. */
export type TokenEvent =
  MintStarted | MintSucceeded | MintFailed | MintDropped | TokenLost | RefreshPaused | ManagerEnded;

type EventQueue = Pick<Model<unknown>, 'pendingEvents' | 'wallMs'>;

type WithoutTime<E = TokenEvent> = E extends TokenEvent ? Omit<E, 'atMs'> : never;

type WithoutMint<E = TokenEvent> = E extends MintEvent ? Omit<E, 'atMs' | 'reason' | 'attempt'> : never;

/** Queues an event. Listeners are called once the transition is complete. */
export function queueEvent(model: EventQueue, event: WithoutTime): void {
  model.pendingEvents.push({ atMs: model.wallMs, ...event });
}

export function queueMintEvent(model: EventQueue, { reason, attempt }: Mint, event: WithoutMint): void {
  queueEvent(model, { reason, attempt, ...event });
}
