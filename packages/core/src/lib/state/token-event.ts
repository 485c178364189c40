import type { TokenError } from '../errors/token-error.ts';
import type { RefreshReason } from '../source/token-fetcher.ts';
import type { ExpirySource } from './token-state.ts';

/** What every event carries. */
export interface EventStamp {
  /** When it happened, in milliseconds since 1970 on this machine's clock. */
  readonly atMs: number;
}

/** A create-session call begins. */
export interface MintStarted extends EventStamp {
  /** Which event this is. */
  readonly type: 'mint-started';
  /** Why. */
  readonly reason: RefreshReason;
  /** 1 for the first try since the last success. */
  readonly attempt: number;
}

/** A token was accepted. */
export interface MintSucceeded extends EventStamp {
  /** Which event this is. */
  readonly type: 'mint-succeeded';
  /** Why it was fetched. */
  readonly reason: RefreshReason;
  /** Which try it took. */
  readonly attempt: number;
  /** From request to token, in milliseconds. */
  readonly durationMs: number;
  /** How long it lives from the start of its request, in milliseconds. */
  readonly lifetimeMs: number;
  /** How the lifetime is known. */
  readonly expirySource: ExpirySource;
  /** Server clock minus this machine's clock, in milliseconds, when it could be measured. */
  readonly clockSkewMs: number | undefined;
}

/** A try failed. */
export interface MintFailed extends EventStamp {
  /** Which event this is. */
  readonly type: 'mint-failed';
  /** Why it was tried. */
  readonly reason: RefreshReason;
  /** Which try. */
  readonly attempt: number;
  /** What went wrong. */
  readonly error: TokenError;
}

/** A try was given up: nobody waits for it, or its answer would come too late. */
export interface MintDropped extends EventStamp {
  /** Which event this is. */
  readonly type: 'mint-dropped';
  /** Why it had been started. */
  readonly reason: RefreshReason;
  /** Which try. */
  readonly attempt: number;
  /** What ended it. */
  readonly cause: 'abandoned' | 'reset' | 'set' | 'disposed';
}

/** The current token is gone. */
export interface TokenLost extends EventStamp {
  /** Which event this is. */
  readonly type: 'token-expired' | 'token-invalidated';
}

/** Nobody took the last tokens: refreshing stops until the next call. */
export interface RefreshPaused extends EventStamp {
  /** Which event this is. */
  readonly type: 'refresh-paused';
}

/** The manager was reset or disposed. */
export interface ManagerEnded extends EventStamp {
  /** Which event this is. */
  readonly type: 'reset' | 'disposed';
}

/** What a manager did, for logs and devtools. Holds no secret. */
export type TokenEvent =
  MintStarted | MintSucceeded | MintFailed | MintDropped | TokenLost | RefreshPaused | ManagerEnded;
