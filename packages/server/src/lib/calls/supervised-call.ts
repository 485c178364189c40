import type { Principal } from '../request-context.ts';
import type { UnknownRecord } from '../validate.ts';
import type { CallContext } from './call-context.ts';
import type { CallEndReason } from './call-end.ts';
import type { Call } from './call-options.ts';
import type { StoredCall } from './call-store.ts';
import { createSessionGuard } from './guard-session.ts';
import type { SessionGuard } from './guard-session.ts';
import { createToolRunner } from './run-tools.ts';
import type { ToolRunner } from './run-tools.ts';

export interface SupervisedCall<P extends Principal> {
  readonly stored: StoredCall & { readonly upstreamId: string };
  readonly apiKey: string;
  /** `undefined` if a call was taken over whose memo cannot be opened: its limits hold, but no tool runs. */
  readonly user: { readonly principal: P; readonly session: UnknownRecord } | undefined;
  readonly origin: 'created' | 'resumed';
}

/** What the parts of a supervision need that depend on the user. */
export interface SupervisionParts<P extends Principal> {
  readonly context: CallContext<P>;
  readonly call: SupervisedCall<P>;
  /** Aborted when the call is no longer supervised. */
  readonly signal: AbortSignal;
  readonly send: (event: UnknownRecord) => void;
  readonly end: (reason: CallEndReason, detail: string) => void;
}

/** Watches what the page makes of the session; `undefined` if it may change everything. */
export function createGuardOf<P extends Principal>({
  context,
  call,
  send,
  end,
}: SupervisionParts<P>): SessionGuard | undefined {
  const { upstream, allowedPaths, clock } = context.config;
  const { user, stored } = call;
  if (user === undefined || upstream.pageUpdates === 'allow') return undefined;
  return createSessionGuard({
    pageUpdates: upstream.pageUpdates,
    allowedPaths,
    session: user.session,
    clock,
    restore: (session) => send(upstream.updateSession(session)),
    onOffence: (action, paths) => {
      context.emit(stored, { type: 'page-update', action, paths });
      if (action === 'ended') end('page-update', paths.join(', '));
    },
  });
}

/** Runs the tools of the owner; `undefined` if there are none. */
export function createToolsOf<P extends Principal>({
  context,
  call,
  signal,
  send,
}: SupervisionParts<P>): ToolRunner | undefined {
  const { upstream, tools, clock, store } = context.config;
  const { user, stored } = call;
  if (user === undefined || Object.keys(tools).length === 0) return undefined;
  return createToolRunner({
    tools,
    principal: user.principal,
    call: stored.id,
    signal,
    clock,
    claim: (key) => store.claim(stored.id, key),
    upstream,
    send,
    onFailure: (event) => context.emit(stored, event),
  });
}

/** Calls `onCall`. Rejects if it fails, which must not affect the call. */
export async function callHook<P extends Principal>(
  { config: { onCall } }: CallContext<P>,
  { user, stored, origin }: SupervisedCall<P>,
  members: Pick<Call<P>, 'signal' | 'on' | 'send' | 'hangUp'>,
): Promise<void> {
  if (onCall === undefined || user === undefined) return;
  await onCall({
    id: stored.id,
    principal: user.principal,
    model: stored.model,
    resumed: origin === 'resumed' ? 'yes' : 'no',
    ...members,
  });
}
