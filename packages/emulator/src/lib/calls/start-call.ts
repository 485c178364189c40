import { setTimeout as delay } from 'node:timers/promises';
import { decodeMuLaw, G711_RATE } from '../audio/codec.ts';
import { serializeEvent } from '../realtime/events.ts';
import type { Send } from '../realtime/events.ts';
import { runSession } from '../realtime/run-session.ts';
import type { RunningSession, SessionOutcome } from '../realtime/run-session.ts';
import { createId } from '../shared/create-id.ts';
import type { EmulatorContext } from '../state/context.ts';
import { ABNORMAL_CLOSURE } from '../state/registries.ts';
import type { SessionConfig } from '../state/session-config.ts';
import { createAudioTrack } from '../webrtc/audio-track.ts';
import type { ClosableAudioTrack } from '../webrtc/audio-track.ts';
import { openPeer } from '../webrtc/peer.ts';

/** How long the last events on a data channel can take: the stack resends unacknowledged data after one second. */
const DELIVERY_MS = 1_500;

export interface CallOptions {
  readonly session: SessionConfig;
  /** The client's offer, SDP. */
  readonly offer: string;
  readonly outcome: SessionOutcome;
}

export interface AcceptedCall {
  /** `rtc_…` */
  readonly id: string;
  /** SDP. */
  readonly answer: string;
}

/**
 * Accepts a call. Its session opens with the client's data channel and closes with the call. Throws {@link HttpError} 400
 * `invalid_offer`.
 */
export async function startCall(
  context: EmulatorContext,
  { session: config, offer, outcome }: CallOptions,
): Promise<AcceptedCall> {
  const id = createId('rtc');
  const ended = new AbortController();
  const disconnected = new AbortController();
  let session: RunningSession | undefined;
  let track: ClosableAudioTrack | undefined;
  let closing: Promise<void> | undefined;

  const close = (closeCode: number, peerClose: 'now' | 'after-delivery'): void => {
    closing ??= (async () => {
      track?.close();
      session?.handleClose(closeCode);
      await (peerClose === 'now' ? undefined : waitForDelivery(disconnected.signal));
      await peer.close();
    })().finally(() => ended.abort());
  };
  const peer = await openPeer({
    offer,
    timeoutMs: context.settings.peerTimeoutMs,
    handlers: {
      onOpen(channel) {
        const send: Send = (event) => channel.send(serializeEvent(event));
        track = createAudioTrack((packet) => channel.sendAudio(packet), send);
        session = runSession(context, config, {
          transport: 'webrtc',
          callId: id,
          send,
          track,
          close: ({ closeCode }) => close(closeCode, 'after-delivery'),
          drop: () => close(ABNORMAL_CLOSURE, 'now'),
        });
        session.applyOutcome(outcome);
      },
      onMessage: (text) => session?.receive(text),
      onAudio: (payload) =>
        session?.receiveAudio({ samples: Int16Array.from(payload, decodeMuLaw), rate: G711_RATE }),
      onDisconnect(cause) {
        disconnected.abort();
        close(cause === 'closed' ? 1000 : ABNORMAL_CLOSURE, 'now');
      },
    },
  });
  context.calls.add(id, {
    ended: ended.signal,
    hangUp: () => close(1000, 'after-delivery'),
    end(closeCode) {
      disconnected.abort();
      close(closeCode, 'now');
    },
  });
  return { id, answer: peer.answer };
}

async function waitForDelivery(disconnected: AbortSignal): Promise<void> {
  await delay(DELIVERY_MS, undefined, { ref: false, signal: disconnected }).catch(() => undefined);
}
