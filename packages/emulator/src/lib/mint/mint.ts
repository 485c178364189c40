import type { IncomingMessage } from 'node:http';
import { applyFault, finishResponse } from '../faults/apply-fault.ts';
import { getSafetyIdentifier, readJson, requireApiKey } from '../http/request.ts';
import type { HttpResponse } from '../http/response.ts';
import type { EmulatorContext } from '../state/context.ts';
import type { MintApi } from '../state/emulator-event.ts';
import { checkSession } from '../state/models.ts';
import { createConfig } from '../state/translation-config.ts';
import { parseMintRequest } from './mint-request.ts';
import { buildMintResponse, malformedResponse } from './mint-response.ts';
import type { MintResult } from './mint-response.ts';

const DOCUMENTED_TTL_SECONDS: Readonly<Record<MintApi, number>> = {
  client_secrets: 600,
  'translations/client_secrets': 600,
  sessions: 60,
  transcription_sessions: 600,
};

/** Mints a token: fault, API key, body, token, in this order. Throws {@link HttpError} 400, 401, 404 or 413 as documented. */
export async function mint(
  context: EmulatorContext,
  request: IncomingMessage,
  api: MintApi,
): Promise<HttpResponse> {
  const { settings, faults, clock, closing } = context;
  const effect = await applyFault(faults.takeFault('mint'), { nowMs: clock.nowMs(), closing });
  if (effect.kind === 'respond') return effect.response;
  const apiKey = requireApiKey(settings.apiKeys, request);
  const body = await readJson(request);
  const { session, ttlSeconds, temperature } = parseMintRequest(api, body, settings.minTtlSeconds);
  const refusal = checkSession(context, session, isNested(api) ? 'nested' : 'flat');
  if (refusal !== undefined) throw refusal;
  const ttl = ttlSeconds ?? settings.defaultTtlSeconds ?? DOCUMENTED_TTL_SECONDS[api];
  const token = context.tokens.issue({
    apiKey,
    session: createConfig(session, context.ids.createId),
    safetyIdentifier: getSafetyIdentifier(request),
    ttlSeconds: ttl,
  });
  context.counts.mints += 1;
  const result = { api, token, temperature };
  switch (effect.kind) {
    case 'shape':
      return { status: 200, body: malformedResponse(result, effect.shape) };
    case 'skew':
      return skewedResponse(context, result, effect.ms);
    default: {
      const response = { status: 200, body: buildMintResponse(result) };
      return finishResponse(effect, response, (ms) => clock.wait(ms, closing));
    }
  }
}

function isNested(api: MintApi): boolean {
  return api === 'client_secrets' || api === 'translations/client_secrets';
}

function skewedResponse({ clock }: EmulatorContext, result: MintResult, skewMs: number): HttpResponse {
  const expiresAtSeconds = result.token.expiresAtSeconds + Math.round(skewMs / 1000);
  const date = new Date(clock.nowMs() + skewMs).toUTCString();
  const body = buildMintResponse({ ...result, token: { ...result.token, expiresAtSeconds } });
  return { status: 200, body, headers: { date } };
}
