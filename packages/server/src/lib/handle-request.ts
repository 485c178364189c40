import { findShutdowns } from '@realtime-session/protocol';
import { authorize, checkLimit, checkSource } from './admission.ts';
import { readApiKey } from './api-key.ts';
import { auditEventBase, emitEvent, measureStep } from './audit.ts';
import type { HandlerState } from './lifecycle.ts';
import type { ClientRequest } from './policy/client.ts';
import { tokenRules } from './policy/token-rules.ts';
import { ProblemError } from './problem.ts';
import { scrub } from './report-text.ts';
import type { Principal, RequestState } from './request-context.ts';
import { handlePreflight } from './request-handler.ts';
import { checkContentLength, checkContentType, parseJsonObject, readBody } from './request/body.ts';
import type { HandlerConfig } from './resolve-options.ts';
import { mintedBody, successResponse } from './response.ts';
import type { ResponseData } from './response.ts';
import { runHook } from './timeout.ts';
import { mint } from './upstream/mint.ts';
import { checkNoKeyFragment } from './upstream/parse.ts';

/**
 * Handles one request of the mint route.
 *
 * @param handlerState - `closing` and `closed` refuse every request.
 * @throws ProblemError
 */
export function handleRequest<P extends Principal>(
  config: HandlerConfig<P>,
  state: RequestState,
  handlerState: HandlerState,
): ResponseData | Promise<ResponseData> {
  if (handlerState === 'closing' || handlerState === 'closed')
    throw new ProblemError('shutting_down', { retryAfterMs: 1000 });
  switch (state.request.method) {
    case 'OPTIONS':
      return handlePreflight(config, state);
    case 'POST':
      return handleMint(config, state);
    default:
      throw new ProblemError('method_not_allowed');
  }
}

/** The whole pipeline of a mint, in the order of the security rules: the cheapest checks come first. */
async function handleMint<P extends Principal>(
  config: HandlerConfig<P>,
  state: RequestState,
): Promise<ResponseData> {
  const { request, signal, audit } = state;
  const { timeoutMs, upstream, fetch, nowMs } = config;

  // The headers alone, before any hook, limiter or body.
  checkSource(config, state);
  checkContentType(request.headers);
  checkContentLength(request.headers, config.maxBodyBytes);

  await checkLimit(config, state, { limiter: config.addressLimiter, key: `address:${state.addressKey}` });
  const { principal, safetyIdentifier, limitKey } = await authorize(config, state);
  await checkLimit(config, state, { limiter: config.principalLimiter, key: `principal:${limitKey}` });

  const rules = tokenRules(upstream);
  const body = parseJsonObject(await readBody(state, config));
  const readClient = (): Promise<ClientRequest> =>
    rules.readRequest(body, config.rules, config.unknownFields);
  // Only a schema of the owner needs a time limit.
  const client = await (config.rules.kind === 'paths'
    ? readClient()
    : runHook({ option: 'allow', timeoutMs, parent: signal }, readClient));
  const pinned = await runHook({ option: 'session', timeoutMs, parent: signal }, () =>
    config.pinned(principal, client.requested),
  );
  if (pinned === null) throw new ProblemError('forbidden');
  audit.session = pinned.params;
  const plan = rules.plan({ client, pinned, caps: config.caps });

  audit.shutdowns = findShutdowns('session' in plan.body ? plan.body.session : plan.body);

  const apiKey = await readApiKey(config, signal);
  const input = { upstream, request: plan, apiKey, safetyIdentifier, timeoutMs, fetch, nowMs, audit };
  const minted = await measureStep({ audit, nowMs }, 'upstream', () => mint(input, signal));

  const responseText = JSON.stringify(mintedBody(minted, config));
  checkNoKeyFragment(responseText, apiKey);
  const headers = { 'content-type': 'application/json' };
  const success = { status: 200, body: responseText, headers } as const;
  const response = successResponse(success, config, state);
  const model = minted.response.session.model ?? plan.model;
  emitEvent(config.reporter, {
    ...auditEventBase(audit, response.status, nowMs()),
    type: 'minted',
    // Any text: the upstream or the client chose it.
    model: model === undefined ? undefined : scrub(model),
    expiresInSeconds: minted.expiresInSeconds,
    dropped: plan.dropped,
    shutdowns: audit.shutdowns,
  });
  return response;
}
