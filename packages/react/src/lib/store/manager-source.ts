import type { SessionInfo } from '@realtime-session/core';
import type { UseRealtimeSessionOptions } from './session-options.ts';

/** What a manager is made of. */
export interface ManagerSource<Params = unknown, Session = SessionInfo> {
  /** The options as last rendered. */
  readonly options: () => UseRealtimeSessionOptions<Params, Session>;
  /** Called before every mint, which fails with what it throws. For development tools; nothing here sets it. */
  beforeMint?: (() => void) | undefined;
}
