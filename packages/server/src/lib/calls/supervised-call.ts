import type { Principal } from '../request-context.ts';
import type { UnknownRecord } from '../validate.ts';
import type { CallContext } from './call-context.ts';
import type { CallMeter } from './call-meter.ts';
import type { CallEndReason } from './call-end.ts';
import type { StoredCall } from './call-store.ts';
import type { Sideband } from './call-upstream.ts';
import { createSessionGuard } from './guard-session.ts';
import type { SessionGuard } from './guard-session.ts';
import { findSessionSecrets } from '../session-secrets.ts';
import { createToolRunner } from './run-tools.ts';
import type { ToolRunner } from './run-tools.ts';
import { TimeMeter } from './time-meter.ts';

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
    restore(session) {
      const update = upstream.updateSession(session);
      if (update !== undefined) send(update);
    },
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
  const { upstream, tools, clock, store, knownSecrets } = context.config;
  const { user, stored } = call;
  if (user === undefined || Object.keys(tools).length === 0) return undefined;
  return createToolRunner({
    tools,
    principal: user.principal,
    call: stored.id,
    signal,
    clock,
    knownSecrets: [...knownSecrets, ...findSessionSecrets(user.session)],
    claim: (key) => store.claim(stored.id, key),
    upstream,
    send,
    onFailure: (event) => context.emit(stored, event),
  });
}

/** Counts the time of the call; `undefined` if it is not billed. */
export function createTimeMeterOf<P extends Principal>(
  { context, call }: Pick<SupervisionParts<P>, 'context' | 'call'>,
  meter: CallMeter<P>,
  sideband: () => Sideband | undefined,
): TimeMeter | undefined {
  const { clock, upstream, limits } = context.config;
  const { ageMs, connected } = call.stored;
  if (upstream.minimumSeconds === undefined) return undefined;
  return new TimeMeter({
    clock,
    ageMs,
    connectedAgeMs: connected === 'yes' ? Math.min(ageMs, limits.connectTimeoutMs) : undefined,
    minimumSeconds: upstream.minimumSeconds,
    budget: limits.budget === undefined ? 'none' : 'limited',
    costPerSecond: meter.costPerSecond,
    evidence: () => {
      if (upstream.sideband === 'at-end') return 'heartbeats';
      // A process that was frozen has not noticed yet what happened to the call.
      return sideband() === undefined || context.wasFrozen() ? 'none' : 'sideband';
    },
    count: ({ key, seconds }) => meter.recordSeconds(key, seconds),
    check: () => meter.check(),
  });
}
