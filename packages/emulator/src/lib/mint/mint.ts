import type { IncomingMessage } from 'node:http';
import { bearer } from '../credentials/bearer.ts';
import type { EmulatorContext } from '../emulator/emulator-context.ts';
import { invalidRequest } from '../http/api-failure.ts';
import { readJson } from '../http/read-json.ts';
import type { JsonAnswer } from '../http/send-json.ts';
import { effectiveSession } from '../session/effective-session.ts';
import { documentedTtlSeconds } from './default-ttl.ts';
import { mintAnswer } from './mint-answer.ts';
import type { MintCall } from './mint-call.ts';
import { parseMint } from './parse-mint.ts';

/**
 * Carries out a create call: fault, key, body, token, in this order.
 *
 * @param context - The emulator.
 * @param request - Node's request.
 * @param call - Which create call.
 * @throws {@link ApiFailure} 400, 401 or 413, the documented way.
 */
export async function mint(
  context: EmulatorContext,
  request: IncomingMessage,
  call: MintCall,
): Promise<JsonAnswer> {
  const fault = await context.faults.meet(call);
  if (fault !== undefined) return fault;
  requireStandingKey(context, request);
  const { session, ttlSeconds, temperature } = parseMint(
    call,
    await readJson(request),
    context.settings.minTtlSeconds,
  );
  const ttl = ttlSeconds ?? context.settings.defaultTtlSeconds ?? documentedTtlSeconds(call);
  const token = context.tokens.issue(effectiveSession(session), ttl);
  context.counts.mints += 1;
  return { status: 200, body: mintAnswer({ call, token, temperature }) };
}

function requireStandingKey({ settings }: EmulatorContext, request: IncomingMessage): void {
  const key = bearer(request.headers.authorization);
  if (key !== undefined && settings.apiKeys.includes(key)) return;
  const message =
    key === undefined
      ? "You didn't provide an API key. Send it in an Authorization header using Bearer auth."
      : 'Incorrect API key provided. This is a local emulator: use the fake key it was started with.';
  throw invalidRequest(401, { message, code: 'invalid_api_key' });
}
