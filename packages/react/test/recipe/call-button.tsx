import { useRealtimeSession } from '@realtime-session/react';
import type { ReactNode } from 'react';

/** A component as an app has it. */
export function CallButton(): ReactNode {
  const { status, prefetch } = useRealtimeSession();
  return <button onPointerEnter={prefetch}>{status === 'ready' ? 'Call' : 'One moment'}</button>;
}
