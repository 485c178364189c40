import { createContext } from 'react';
import type { Registry } from '../store/registry.ts';

/** What a provider hands down. */
export interface SessionScope {
  /** Stores made below it. */
  readonly registry: Registry;
  /** The store `useRealtimeSession()` without arguments means. Its params and session are known only to who provided it. */
  readonly store: unknown;
}

/** The nearest provider's scope, if there is one. */
export const SessionContext = createContext<SessionScope | undefined>(undefined);
