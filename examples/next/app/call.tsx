'use client';

import { useRealtimeSession, useTokenRemaining } from '@realtime-session/react';

/** Who calls, and with which token to begin. */
export interface CallProps {
  readonly user: string;
  readonly initialToken?: unknown;
}

/** A token that is kept fresh while this is on the page. */
export function Call({ user, initialToken }: CallProps) {
  // Another user is another session: nobody meets the one before.
  const options = { endpoint: '/api/realtime-session', key: `call of ${user}`, initialToken };
  const { status, error } = useRealtimeSession(options);
  const remainingMs = useTokenRemaining(1_000, options);
  return (
    <p>
      <output aria-label="token">{status}</output> for <span aria-label="user">{user}</span>
      {remainingMs !== undefined && `, ${remainingMs / 1_000} s left`}
      {error && ` (${error.code})`}
    </p>
  );
}
