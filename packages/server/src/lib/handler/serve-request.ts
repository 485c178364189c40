import { Refusal } from '../errors/refusal.ts';
import { checkContentType, checkDeclaredLength } from '../gate/check-headers.ts';
import { checkOrigin } from '../gate/check-origin.ts';
import { targetOf } from '../gate/host.ts';
import { parseJsonObject } from '../gate/parse-json-object.ts';
import { readBody } from '../gate/read-body.ts';
import { readClientParams, readListedParams } from '../policy/client-params.ts';
import { planSession } from '../policy/plan-session.ts';
import type { SessionPlan } from '../policy/session-plan.ts';
import { mint } from '../upstream/mint.ts';
import type { Minted } from '../upstream/parse-minted.ts';
import type { CallState } from './call-state.ts';
import { chargeBucket } from './charge-bucket.ts';
import { findApiKey } from './find-api-key.ts';
import type { HandlerConfig } from './handler-config.ts';
import { identifyPrincipal } from './identify-principal.ts';
import type { Principal } from './principal.ts';
import { runHook } from './run-hook.ts';

/** A token, and what was asked for. */
export interface Served {
  /** The token. */
  readonly minted: Minted;
  /** What was asked for. */
  readonly plan: SessionPlan;
}

/** What can be told from the headers alone: no hook, no limiter, no body. */
function checkHeaders<P extends Principal>(config: HandlerConfig<P>, request: Request): void {
  checkOrigin(request, config.origins, targetOf(request));
  checkContentType(request.headers);
  checkDeclaredLength(request.headers, config.maxBodyBytes);
}

async function planFor<P extends Principal>(
  config: HandlerConfig<P>,
  call: CallState,
  principal: P,
): Promise<SessionPlan> {
  const { signal: parent } = call;
  const { timeoutMs, upstream, ceilings, rules } = config;
  const body = parseJsonObject(await readBody(call, config));
  const client = await runHook({ name: 'allow', timeoutMs, parent }, () =>
    rules.kind === 'paths' ? readListedParams(body, rules.paths) : readClientParams(body, rules),
  );
  const pinned = await runHook({ name: 'session', timeoutMs, parent }, () =>
    config.pinned(principal, client.parsed.params),
  );
  if (pinned === null) throw new Refusal('forbidden');
  return planSession({ client, pinned, ceilings, api: upstream.api });
}

/**
 * Serves one POST, cheapest checks first: headers, address limit, who is asking, their limit, body, policy, upstream.
 *
 * @throws Refusal Any.
 */
export async function serveRequest<P extends Principal>(
  config: HandlerConfig<P>,
  call: CallState,
): Promise<Served> {
  const { request, signal, trail } = call;
  checkHeaders(config, request);
  await chargeBucket(config, call, { limiter: config.addressLimiter, key: `address:${trail.address}` });
  const principal = await identifyPrincipal(config, call);
  const safetyIdentifier = await config.identify(principal.id);
  trail.principal = safetyIdentifier;
  await chargeBucket(config, call, { limiter: config.principalLimiter, key: `principal:${principal.id}` });
  const plan = await planFor(config, call, principal);
  const apiKey = await findApiKey(config, signal);
  const { upstream, timeoutMs, fetch, nowMs } = config;
  const job = { upstream, plan, apiKey, safetyIdentifier, timeoutMs, fetch, nowMs, trail };
  return { plan, minted: await mint(job, signal) };
}
