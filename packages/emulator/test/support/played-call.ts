import type { EmulatedCall, RealtimeEmulator, RealtimeEmulatorOptions } from '@realtime-session/emulator';
import { startEmulator } from './harness.ts';
import { connect } from './realtime-client.ts';
import type { RealtimeClient } from './realtime-client.ts';

/** The smallest offer with audio and a data channel. */
export const OFFER = `${['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', 'm=audio 9 UDP/TLS/RTP/SAVPF 0', 'a=mid:0', 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'a=mid:1'].join('\r\n')}\r\n`;

/** Starts an emulator without media and without delays. */
export function startWithoutMedia(options: RealtimeEmulatorOptions = {}): Promise<RealtimeEmulator> {
  return startEmulator({ media: 'none', responsePaceMs: 0, ...options });
}

export interface CreateOptions {
  readonly key?: string;
  readonly session?: object | undefined;
  readonly offer?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends the request that a server sends. */
export function postCall(
  emulator: RealtimeEmulator,
  { key = emulator.apiKey, session, offer = OFFER, headers = {} }: CreateOptions = {},
): Promise<Response> {
  const body = new FormData();
  body.set('sdp', offer);
  if (session !== undefined) body.set('session', JSON.stringify({ type: 'realtime', ...session }));
  return fetch(emulator.callsUrl, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, ...headers },
    body,
  });
}

/** Creates a call. */
export async function createCall(
  emulator: RealtimeEmulator,
  options: CreateOptions = {},
): Promise<EmulatedCall> {
  const response = await postCall(emulator, options);
  const id = response.headers.get('location')?.split('/').at(-1) ?? '';
  const call = emulator.call(id);
  if (call === undefined) throw new Error(`The call was not created: ${await response.text()}`);
  return call;
}

/** Attaches a sideband and waits until it is open. */
export async function attach(
  emulator: RealtimeEmulator,
  { id }: Pick<EmulatedCall, 'id'>,
  key = emulator.apiKey,
): Promise<RealtimeClient> {
  const client = requestSideband(emulator, `call_id=${id}`, key);
  await new Promise((resolve, reject) => {
    client.socket.once('open', resolve);
    client.socket.once('error', reject);
  });
  return client;
}

export function requestSideband(emulator: RealtimeEmulator, query: string, key: string): RealtimeClient {
  return connect(`${emulator.webSocketUrl}?${query}`, { headers: { authorization: `Bearer ${key}` } });
}

/** The HTTP response to an upgrade that was refused. */
export function readRefusal({ socket }: RealtimeClient): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    socket.once('open', () => reject(new Error('The upgrade succeeded.')));
    socket.once('unexpected-response', (_request, response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        const body: unknown = text.startsWith('{') ? JSON.parse(text) : text;
        resolve({ status: response.statusCode ?? 0, body });
      });
    });
  });
}

export function hangUp(
  emulator: RealtimeEmulator,
  { id }: Pick<EmulatedCall, 'id'>,
  key = emulator.apiKey,
): Promise<Response> {
  return fetch(`${emulator.callsUrl}/${id}/hangup`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
  });
}

/** A written turn of the user, and the request to answer it. */
export function writtenTurn(text: string): object[] {
  const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text }] };
  return [{ type: 'conversation.item.create', item }, { type: 'response.create' }];
}
