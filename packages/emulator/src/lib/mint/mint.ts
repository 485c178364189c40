import type { IncomingMessage } from 'node:http';
import { requireStandingKey } from '../credentials/require-standing-key.ts';
import type { EmulatorContext } from '../emulator/emulator-context.ts';
import { readJson } from '../http/read-json.ts';
import { suffer } from '../faults/suffer.ts';
import type { Answer } from '../http/send-answer.ts';
import { effectiveSession } from '../session/effective-session.ts';
import type { EmulatorClock } from '../time/emulator-clock.ts';
import { documentedTtlSeconds } from './default-ttl.ts';
import { mintAnswer } from './mint-answer.ts';
import type { Minted } from './mint-answer.ts';
import { misshapenAnswer } from './misshapen-answer.ts';
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
  const { faults, clock, closing } = context;
  const suffered = await suffer(faults.takeFault('mint'), { nowMs: clock.nowMs(), closing });
  if (suffered.kind === 'answer') return suffered.answer;
  requireStandingKey(context.settings, request);
  const { session, ttlSeconds, temperature } = parseMint(
    call,
    await readJson(request),
    context.settings.minTtlSeconds,
  );
  const ttl = ttlSeconds ?? context.settings.defaultTtlSeconds ?? documentedTtlSeconds(call);
  const token = context.tokens.issue(effectiveSession(session), ttl);
  context.counts.mints += 1;
  const minted = { call, token, temperature };
  switch (suffered.kind) {
    case 'shape':
      return { status: 200, body: misshapenAnswer(minted, suffered.shape) };
    case 'skew':
      return skewed({ ...minted, clock, skewMs: suffered.ms });
    case 'later':
    case 'go-on':
      return { status: 200, body: mintAnswer(minted) };
  }
}

function skewed({
  clock,
  skewMs,
  token,
  ...minted
}: Minted & { clock: EmulatorClock; skewMs: number }): Answer {
  const expiresAtSeconds = token.expiresAtSeconds + Math.round(skewMs / 1000);
  const date = new Date(clock.nowMs() + skewMs).toUTCString();
  return {
    status: 200,
    body: mintAnswer({ ...minted, token: { ...token, expiresAtSeconds } }),
    headers: { date },
  };
}
