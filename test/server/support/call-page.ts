import { setTimeout as sleep } from 'node:timers/promises';
import type { EmulatedCall, RealtimeEmulator } from '@realtime-session/emulator';

/** The smallest offer with audio and a data channel. */
export const OFFER = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 0',
  'a=mid:0',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'a=mid:1',
  '',
].join('\r\n');

/** Text of the offer, which no store may contain. */
export const OFFER_TEXT = 'webrtc-datachannel';

export interface PageResponse {
  readonly status: number;
  /** Our id of the call. */
  readonly id: string | undefined;
  /** Of a problem. */
  readonly code: string | undefined;
}

/** Sends what a page sends. A response that never arrives has the status 0. */
export async function request(
  origin: string,
  { method, user, call }: { method: 'POST' | 'PUT' | 'DELETE'; user: string; call?: string | undefined },
): Promise<PageResponse> {
  const query = call === undefined ? '' : `?call=${call}`;
  const headers = { 'x-user': user, 'content-type': 'application/json' };
  const body = method === 'POST' ? { body: JSON.stringify({ sdp: OFFER }) } : {};
  try {
    const response = await fetch(`${origin}/${query}`, {
      method,
      headers,
      ...body,
      signal: AbortSignal.timeout(20_000),
    });
    const json = (await response.json().catch(() => ({}))) as { call?: { id?: string }; code?: string };
    return { status: response.status, id: json.call?.id, code: json.code };
  } catch {
    return { status: 0, id: undefined, code: undefined };
  }
}

/** What the emulator billed, in tokens and seconds. */
export function billedUnits({ billed }: Pick<EmulatedCall, 'billed'>): number {
  const units = billed.map(({ usage }) => {
    const { total_tokens: tokens = 0, seconds = 0 } = usage as Record<string, number>;
    return tokens + seconds;
  });
  return units.reduce((sum, one) => sum + one, 0);
}

/** Waits until a condition holds, for a limited time. */
export async function waitFor(condition: () => unknown, timeoutMs: number): Promise<boolean> {
  const untilMs = performance.now() + timeoutMs;
  while (performance.now() < untilMs) {
    if (await condition()) return true;
    await sleep(20);
  }
  return false;
}

/** The newest call that the emulator did not have before. */
export function newestCall(
  emulator: RealtimeEmulator,
  before: ReadonlySet<string>,
): EmulatedCall | undefined {
  return emulator
    .calls()
    .filter(({ id }) => !before.has(id))
    .at(-1);
}

/** Says something. On Realtime, waits until the answer is billed; on Live, time is. */
export async function say(call: EmulatedCall, text: string): Promise<void> {
  if (call.api === 'live') {
    call.say(text);
    return;
  }
  const before = call.billed.length;
  const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text }] };
  call.send({ type: 'conversation.item.create', item });
  call.send({ type: 'response.create' });
  await waitFor(() => call.billed.length > before || call.state === 'closed', 10_000);
}
