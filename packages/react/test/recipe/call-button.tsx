import { useRealtimeSession } from '@realtime-session/react';
import type { ReactNode } from 'react';

/** A typical component of an app. */
export function CallButton(): ReactNode {
  const { status, prefetch } = useRealtimeSession();
  return <button onPointerEnter={prefetch}>{status === 'ready' ? 'Call' : 'One moment'}</button>;
}
