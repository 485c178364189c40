import type { CallEndReason } from './call-end.ts';
import type { CallStore, StoredCall } from './call-store.ts';
import { findDueReason } from './end-calls.ts';

/** How long to wait before the store is asked again whether a heartbeat arrived in another process. */
const STORE_RETRY_MS = 5000;

type Overdue =
  | { readonly kind: 'yes'; readonly reason: CallEndReason }
  /** `undefined`: nothing is expected. */
  | { readonly kind: 'no'; readonly expectedInMs: number | undefined };

/** Whether a call must end from which nothing arrived here in time. A heartbeat may have arrived in another process. */
export async function checkOverdue(store: CallStore, { id, endReason }: StoredCall): Promise<Overdue> {
  try {
    const stored = await store.read(id);
    if (stored === undefined || stored.state === 'ended')
      return { kind: 'yes', reason: stored?.endReason ?? endReason ?? 'upstream' };
    const reason = findDueReason(stored);
    return reason === undefined ? { kind: 'no', expectedInMs: stored.expectedInMs } : { kind: 'yes', reason };
  } catch {
    // No process can record heartbeats now. The maximum duration still holds.
    return { kind: 'no', expectedInMs: STORE_RETRY_MS };
  }
}
