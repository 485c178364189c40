import { once } from 'node:events';
import { request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Agent } from 'node:https';
import { text } from 'node:stream/consumers';
import type { RealtimeEmulator } from '@realtime-session/emulator';

export interface SentRequest {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly agent?: Agent;
}

export interface ReceivedResponse {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

export function toSecureUrl(url: string): string {
  return url.replace(/^(http|ws):/, '$1s:');
}

/** Sends a request with TLS or without it, trusting the emulator's certificate only. Rejects if the response breaks off. */
export async function send(
  emulator: RealtimeEmulator,
  protocol: 'http' | 'https',
  { path, method = 'GET', headers = {}, body, agent }: SentRequest,
): Promise<ReceivedResponse> {
  const url = `${protocol}://127.0.0.1:${emulator.port}${path}`;
  const sent =
    protocol === 'http'
      ? requestHttp(url, { method, headers, agent: false })
      : requestHttps(url, { method, headers, agent: agent ?? false, ca: emulator.certificate });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, text: await text(response) };
}
