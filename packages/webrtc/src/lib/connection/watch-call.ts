import type { Line, LineHost } from './line.ts';
import { quietly } from './listeners.ts';
import type { RealtimeEvent } from './realtime-connection.ts';
import type { Span } from './span.ts';

/**
 * Watches a call: its events from the very first, and its breakdown.
 *
 * @param call - Ended when the call breaks down. Nothing is told after its end.
 * @param line - Whose peer to watch. Given its channel.
 * @param host - Told the events.
 * @returns resolves when the channel opens.
 */
export function watchCall(call: Span, line: Line, { options, tell }: LineHost): Promise<unknown> {
  const { peer } = line;
  const channel = (line.channel = peer.createDataChannel('oai-events'));
  const lose = (): void => void call.end('lost');
  let hold = (): void => undefined;
  peer.onconnectionstatechange = () => {
    const { connectionState } = peer;
    hold();
    if (connectionState === 'failed') lose();
    // Networks hiccup: a call comes back from this by itself, or not.
    if (connectionState === 'disconnected') hold = call.after(options.graceMs ?? 3_000, lose);
  };
  channel.onclose = lose;
  channel.onmessage = ({ data }: MessageEvent<string>) =>
    quietly(() => {
      const event = JSON.parse(data) as RealtimeEvent; // or it has no type, which is looked at
      if (call.signal.aborted || typeof event.type !== 'string') return;
      tell(event);
      const error = event['error'] as { readonly code?: unknown } | undefined; // what has no code is not this one
      if (error?.code === 'session_expired') call.end('session-expired');
    });
  return new Promise((resolve) => (channel.onopen = resolve));
}
