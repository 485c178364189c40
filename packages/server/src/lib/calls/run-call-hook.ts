import type { Principal } from '../request-context.ts';
import { isRecord } from '../validate.ts';
import type { UnknownRecord } from '../validate.ts';
import type { CallChannel } from './call-channel.ts';
import type { SupervisionParts } from './supervised-call.ts';

/** What the owner can do with a call. */
export interface CallHookHost {
  readonly channel: CallChannel;
  readonly hangUp: () => Promise<void>;
  /** The owner changes the session. */
  readonly onUpdate: (session: UnknownRecord) => void;
  readonly onError: (cause: unknown) => void;
}

/** Calls `onCall`, whose errors must not affect the call. */
export async function runCallHook<P extends Principal>(
  { context, call, signal }: Pick<SupervisionParts<P>, 'context' | 'call' | 'signal'>,
  { channel, hangUp, onUpdate, onError }: CallHookHost,
): Promise<void> {
  const { onCall } = context.config;
  const { user, stored, origin } = call;
  if (onCall === undefined || user === undefined) return;
  try {
    await onCall({
      id: stored.id,
      principal: user.principal,
      model: stored.model,
      resumed: origin === 'resumed' ? 'yes' : 'no',
      signal,
      on: (listener) => channel.on(listener),
      send(event) {
        const { session } = event;
        if (event['type'] === 'session.update' && isRecord(session)) onUpdate(session);
        channel.send(event);
      },
      hangUp,
    });
  } catch (cause) {
    onError(cause);
  }
}
