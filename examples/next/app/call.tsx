'use client';

import { useRealtimeSession, useTokenRemaining } from '@realtime-session/react';

interface CallProps {
  readonly user: string;
  /** A token that the server minted with the page. */
  readonly initialToken?: unknown;
}

/** Keeps a token fresh while the component is mounted. */
export function Call({ user, initialToken }: CallProps) {
  // The key separates users: a new user never sees the session of the previous one.
  const options = { endpoint: '/api/realtime-session', key: `call-${user}`, initialToken };
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
