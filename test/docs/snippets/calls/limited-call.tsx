'use client';

import { useEffect, useState } from 'react';
import { useRealtimeConnection } from '@realtime-session/react/webrtc';

/** Why the server ended the call, or refused it. */
const reasons: Partial<Record<string, string>> = {
  duration: 'The call reached its time limit.',
  idle: 'The call ended because no one spoke.',
  budget: 'The budget of the call is spent.',
  budget_exhausted: 'Your budget for today is spent.',
  revoked: 'The call was ended.',
};

export function LimitedCall() {
  const { status, error, connect, close, endsAtMs, budgetLeft } = useRealtimeConnection({
    route: '/api/realtime-call',
  });
  const reason = reasons[error?.reason ?? error?.apiCode ?? ''] ?? error?.message;
  return (
    <>
      {status === 'connected' ? (
        <button onClick={close}>Hang up</button>
      ) : (
        <button onClick={() => void connect().catch(console.warn)}>Call</button>
      )}
      {endsAtMs !== undefined && <TimeLeft endsAtMs={endsAtMs} />}
      {budgetLeft !== undefined && <p>${Math.max(0, budgetLeft).toFixed(2)} left</p>}
      <p role="status">{reason ?? status}</p>
    </>
  );
}

function TimeLeft({ endsAtMs }: { endsAtMs: number }) {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return <p>{Math.max(0, Math.ceil((endsAtMs - nowMs) / 1000))} s left</p>;
}
