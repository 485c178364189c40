import type { Hook } from './fake-browser.ts';
import type { Plans } from './operations.ts';

/** A stream of the app by number, any microphone, nothing, or a mistake. */
export type Audio = 0 | 1 | 2 | 3 | 'any' | 'none' | 'mistake';

export type OptionChange =
  | { readonly option: 'audio'; readonly value: Audio }
  | {
      readonly option: 'reconnectLimit' | 'timeoutMs' | 'graceMs' | 'maxDurationMs' | 'warnBeforeMs';
      readonly value: number;
    }
  | { readonly option: 'exchange'; readonly value: 'exchange' | 'fetch' }
  | { readonly option: 'playback'; readonly value: 'none' | 'own' | 'default' };

/** What happens without waiting. `on` is the number of a connection. */
export type SyncAction =
  | { readonly do: 'connect'; readonly on: number; readonly signal?: 'own' | 'aborted' }
  | { readonly do: 'abort'; readonly nth: number }
  | { readonly do: 'close' | 'mute' | 'unmute' | 'send' | 'resume' | 'listen' | 'loop'; readonly on: number }
  | { readonly do: 'unlisten'; readonly on: number; readonly nth: number }
  | { readonly do: 'setMicrophone'; readonly on: number; readonly audio: Audio }
  | ({ readonly do: 'set'; readonly on: number } & OptionChange)
  | { readonly do: 'throw' }
  | { readonly do: 'release'; readonly nth: number; readonly outcome?: string }
  | {
      readonly do: 'channel';
      readonly on: number;
      readonly what: 'close' | 'garbage' | 'event' | 'expired' | 'error';
    }
  | { readonly do: 'peer'; readonly on: number; readonly state: string }
  | { readonly do: 'track'; readonly on: number; readonly what: 'end' | 'mute' | 'unmute' }
  | { readonly do: 'appTrack'; readonly stream: 0 | 1; readonly what: 'toggle' | 'end' | 'mute' | 'unmute' }
  | { readonly do: 'network'; readonly what: 'offline' | 'online' | 'flap' }
  | { readonly do: 'endCalls'; readonly on: number }
  | { readonly do: 'page'; readonly on: number; readonly what: 'hide' | 'visible' }
  | { readonly do: 'reset' | 'invalidate' | 'dispose' };

/** One action of a schedule. A trap runs an action in the middle of the connection's own code, once. */
export type Action =
  | SyncAction
  | { readonly do: 'trap'; readonly on: number; readonly at: Hook; readonly run: SyncAction }
  | { readonly do: 'ticks'; readonly count: number }
  | { readonly do: 'settle' }
  | { readonly do: 'advance'; readonly ms: number };

/** Everything that a run depends on. */
export interface Schedule {
  readonly seed: number;
  readonly connections: number;
  readonly plans: Plans;
  /** What calls are opened with: tokens of a manager or of functions, or a call route. */
  readonly source: 'manager' | 'functions' | 'route';
  readonly fetch: 'ignores-abort' | 'aborts';
  /** Whether it ends by closing, or by waiting for everything first. */
  readonly ending: 'close' | 'wait';
  readonly options: readonly OptionChange[];
  readonly actions: readonly Action[];
}
