import type { Creation } from './ledger.ts';
import { request } from './page-request.ts';
import type { PageAnswer } from './page-request.ts';
import { OFFER_MARK } from './secrets.ts';
import type { World } from './world.ts';

/** A call, as the page that made it knows it. */
export interface PageCall {
  readonly id: string;
  readonly creation: Creation;
  /** `undefined`: no heartbeat. */
  readonly heartbeatMs: number | undefined;
}

/** Refusals after which the provider was certainly not asked. */
const REFUSALS: ReadonlySet<string> = new Set([
  'too_many_calls',
  'budget_exhausted',
  'unauthorized',
  'rate_limited',
  'shutting_down',
  'invalid_offer',
]);

/** Asks for a call, and compares the answer with what the provider did. */
export async function createCall(
  world: World,
  user: string,
  replaces: string | undefined,
): Promise<PageCall | undefined> {
  const { ledger, random, timeline, journal } = world;
  const heartbeat = random.chance(0.8) ? 'expected' : 'none';
  const creation = ledger.add({ principal: user, heartbeat, askedAtMs: timeline.nowMs() });
  journal.count('page: POST');
  journal.log(
    `page: ${user} asks for call ${creation.number}${replaces === undefined ? '' : ', to reconnect'}`,
  );
  const leaving = new AbortController();
  const stay = random.chance(0.05)
    ? timeline.after(random.anyScale(5, 20_000), () => leaving.abort())
    : (): void => undefined;
  const sdp = createOffer(creation.number);
  const answer = await request(world, {
    method: 'POST',
    call: replaces,
    user,
    signal: leaving.signal,
    ...(heartbeat === 'expected'
      ? { contentType: 'application/json', body: JSON.stringify({ sdp }) }
      : { contentType: 'application/sdp', body: sdp }),
  });
  stay();
  return readAnswer(world, creation, answer);
}

function readAnswer(
  { journal, ledger }: World,
  creation: Creation,
  answer: PageAnswer | undefined,
): PageCall | undefined {
  if (answer === undefined) {
    creation.answer = 'none';
    journal.count('page: POST without an answer');
    return undefined;
  }
  const { status, code, body, location } = answer;
  creation.answer = code === undefined ? `${status}` : `${status} ${code}`;
  journal.count(`page: POST ${creation.answer}`);
  journal.log(`page: call ${creation.number}: ${creation.answer}`);
  if (status !== 201) {
    if (code !== undefined && REFUSALS.has(code) && creation.created.length > 0)
      journal.fail('created-once', `call ${creation.number} was created and refused with ${code}`);
    return undefined;
  }
  const view = body['call'] as { id?: string; heartbeat_ms?: number } | undefined;
  const id = view?.id ?? new URLSearchParams(location?.replace(/^[^?]*/, '') ?? '').get('call') ?? '';
  if (!/^[\w-]{22}$/.test(id)) journal.fail('answered', `call ${creation.number} has no usable id`);
  if (creation.created.length !== 1)
    journal.fail('created-once', `call ${creation.number} was created ${creation.created.length} times`);
  ledger.setId(creation, id);
  return { id, creation, heartbeatMs: view?.heartbeat_ms };
}

function createOffer(number: number): string {
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    `s=${OFFER_MARK}-${number}`,
    't=0 0',
    'a=group:BUNDLE 0 1',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    'c=IN IP4 0.0.0.0',
    'a=mid:0',
    'a=sendrecv',
    'a=rtpmap:111 opus/48000/2',
    'a=ice-ufrag:abcd',
    'a=ice-pwd:abcdefghijklmnopqrstuvwx',
    `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
    'a=setup:actpass',
    'a=rtcp-mux',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    'a=mid:1',
    'a=sctp-port:5000',
    '',
  ].join('\r\n');
}
