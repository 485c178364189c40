import { setTimeout as wait } from 'node:timers/promises';
import type { Send } from '../conversation/server-event.ts';
import { randomId } from '../credentials/random-id.ts';
import type { EmulatorContext } from '../emulator/emulator-context.ts';
import type { EffectiveSession } from '../session/effective-session.ts';
import { BROKEN } from '../sessions/ending.ts';
import type { Fate } from '../sessions/fate.ts';
import { runSession } from '../sessions/run-session.ts';
import type { RunningSession } from '../sessions/run-session.ts';
import { decodeMuLaw } from '../sound/g711.ts';
import { createSpeaker } from '../webrtc/create-speaker.ts';
import type { PeerSpeaker } from '../webrtc/create-speaker.ts';
import { openPeer } from '../webrtc/open-peer.ts';

/** A channel's last words need this long to arrive, in milliseconds: the stack sends again after a second what was not acknowledged. */
const LAST_WORDS_MS = 1_500;
const TRACK_RATE = 8_000;

/** A call to be answered. */
export interface CallStart {
  /** The session to run. */
  readonly session: EffectiveSession;
  /** The caller's offer, SDP. */
  readonly offer: string;
  /** What becomes of the session. */
  readonly fate: Fate;
}

/** A call that was answered. */
export interface AnsweredCall {
  /** Call id, `rtc_…`. */
  readonly id: string;
  /** The answer, SDP. */
  readonly answer: string;
}

/**
 * Answers a call. Its session begins when the caller's data channel opens and ends with the call.
 *
 * @param context - The emulator.
 * @param start - Session and offer.
 * @throws {@link ApiFailure} 400 `invalid_offer`.
 */
export async function startCall(
  context: EmulatorContext,
  { session, offer, fate }: CallStart,
): Promise<AnsweredCall> {
  const id = randomId('rtc');
  let tellEnded = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    tellEnded = resolve;
  });
  let running: RunningSession | undefined;
  let speaker: PeerSpeaker | undefined;
  let closing: Promise<void> | undefined;

  const left = new AbortController();
  const finish = (closeCode: number, before?: Promise<unknown>): void => {
    closing ??= (async () => {
      speaker?.close();
      running?.closed(closeCode);
      await before;
      await peer.close();
    })().finally(tellEnded);
  };
  const heardOut = (): Promise<unknown> =>
    wait(LAST_WORDS_MS, undefined, { ref: false, signal: left.signal }).catch(() => undefined);
  const peer = await openPeer({
    offer,
    timeoutMs: context.settings.peerTimeoutMs,
    events: {
      opened(write) {
        const send: Send = (event) => write(JSON.stringify({ event_id: randomId('event'), ...event }));
        speaker = createSpeaker(peer, send);
        running = runSession(context, session, {
          transport: 'webrtc',
          callId: id,
          send,
          speaker,
          hangUp: ({ closeCode }) => finish(closeCode, heardOut()),
          drop: () => finish(BROKEN),
        });
        running.meet(fate);
      },
      received: (text) => running?.receive(text),
      heard: (sound) => running?.hear({ samples: Int16Array.from(sound, decodeMuLaw), rate: TRACK_RATE }),
      gone(how) {
        left.abort();
        finish(how === 'closed' ? 1000 : BROKEN);
      },
    },
  });
  context.calls.add(id, {
    ended,
    hangUp: () => finish(1000, heardOut()),
    end(closeCode) {
      left.abort();
      finish(closeCode);
    },
  });
  return { id, answer: peer.answer };
}
