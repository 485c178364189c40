import type { EmulatedCall, RealtimeEmulator } from '@realtime-session/emulator';
import { OFFER } from './played-call.ts';
import { connect } from './realtime-client.ts';
import type { RealtimeClient } from './realtime-client.ts';

export interface LiveRequest {
  readonly key?: string;
  readonly session?: object;
  readonly offer?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends the request that a server sends. */
export function postLive(
  emulator: RealtimeEmulator,
  { key = emulator.apiKey, session = {}, offer = OFFER, headers = {} }: LiveRequest = {},
): Promise<Response> {
  return fetch(emulator.liveUrl, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({
      session: { model: 'gpt-live-1', ...session },
      transport: { type: 'webrtc', sdp: offer },
    }),
  });
}

/** Creates a Live session. */
export async function createLive(
  emulator: RealtimeEmulator,
  request: LiveRequest = {},
): Promise<EmulatedCall> {
  const response = await postLive(emulator, request);
  const { session } = (await response.json()) as { session?: { id: string } };
  const call = emulator.call(session?.id ?? '');
  if (call === undefined) throw new Error(`The session was not created: ${String(response.status)}`);
  return call;
}

/** Attaches a sideband and waits until it is open. */
export async function attachLive(
  emulator: RealtimeEmulator,
  { id }: Pick<EmulatedCall, 'id'>,
  query = '',
): Promise<RealtimeClient> {
  const client = requestLiveSideband(emulator, `${id}/attach${query}`);
  await new Promise((resolve, reject) => {
    client.socket.once('open', resolve);
    client.socket.once('error', reject);
  });
  return client;
}

/** Requests an upgrade below `/v1/live/sessions/`. */
export function requestLiveSideband(
  emulator: RealtimeEmulator,
  path: string,
  key: string | null = emulator.apiKey,
): RealtimeClient {
  const headers = key === null ? {} : { authorization: `Bearer ${key}` };
  return connect(`${emulator.liveUrl.replace('http', 'ws')}/${path}`, { headers });
}

export function hangUpLive(
  emulator: RealtimeEmulator,
  { id }: Pick<EmulatedCall, 'id'>,
  key = emulator.apiKey,
): Promise<Response> {
  return fetch(`${emulator.liveUrl}/${id}/hangup`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
  });
}

/** The seconds that were billed. */
export function billedSeconds({ billed }: Pick<EmulatedCall, 'billed'>): number {
  return billed
    .filter(({ type }) => type === 'seconds')
    .reduce((sum, { usage }) => sum + (usage as { seconds: number }).seconds, 0);
}
