import { Refusal } from '../errors/refusal.ts';
import type { ParsedParams } from '../policy/parse-params.ts';
import { parsePinned } from '../policy/pinned-params.ts';
import type { SessionParams } from '../policy/session-params.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { HandlerConfig } from './handler-config.ts';
import type { Principal } from './principal.ts';
import type { SessionSource } from './session-handler-options.ts';

/** Reads the owner's parameters and makes sure the upstream has a call for them. */
function checkedParams(session: SessionParams, upstream: Upstream): ParsedParams {
  const parsed = parsePinned(session);
  const needsSibling = parsed.kind === 'transcription' && upstream.api === 'sessions';
  if (needsSibling && upstream.transcriptionUrl === undefined) {
    throw new TypeError(
      'session is a transcription session, and the upstream names no `transcriptionUrl`; make the upstream with compatible().',
    );
  }
  return parsed;
}

/** A mistake in what `session()` returned is the owner's to correct, so it goes to the audit event. */
function asMisconfigured(cause: unknown): Refusal {
  const remedy = cause instanceof Error ? cause.message : 'Correct what the option `session` returns.';
  return new Refusal('server_misconfigured', { remedy, cause });
}

/**
 * The option `session` as a function. A value is checked now, what a function returns is checked each time.
 *
 * @throws TypeError When a value is no session the upstream could open.
 */
export function resolvePinned<P extends Principal>(
  source: SessionSource<P>,
  upstream: Upstream,
): HandlerConfig<P>['pinned'] {
  if (typeof source !== 'function') {
    const parsed = checkedParams(source, upstream);
    return () => parsed;
  }
  return async (principal, params) => {
    const session = await source(principal, params);
    if (session === null) return null;
    try {
      return checkedParams(session, upstream);
    } catch (thrown) {
      throw asMisconfigured(thrown);
    }
  };
}
