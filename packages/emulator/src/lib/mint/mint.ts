import type { IncomingMessage } from 'node:http';
import { requireStandingKey } from '../credentials/require-standing-key.ts';
import type { EmulatorContext } from '../emulator/emulator-context.ts';
import { readJson } from '../http/read-json.ts';
import type { Answer } from '../http/send-answer.ts';
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
): Promise<Answer> {
  const fault = await context.faults.meet(call);
  if (fault !== undefined) return fault;
  requireStandingKey(context.settings, request);
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
