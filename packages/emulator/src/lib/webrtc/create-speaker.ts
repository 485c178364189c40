import type { Send } from '../conversation/server-event.ts';
import type { Speaker } from '../response/speaker.ts';
import { encodeMuLaw } from '../sound/g711.ts';
import { toneSample } from '../sound/tone.ts';
import type { Peer } from './peer.ts';

const RATE = 8_000;
const PACKET_MS = 20;
const PACKET_SAMPLES = (RATE * PACKET_MS) / 1000;

/** One response on the track. */
interface Playing {
  readonly responseId: string;
  /** Sound not yet sent, in milliseconds. */
  leftMs: number;
  /** Whether more may come. */
  stage: 'growing' | 'complete';
}

/** A speaker and the way to switch it off. */
export interface PeerSpeaker extends Speaker {
  /** Stops for good, without a word. */
  close(): void;
}

/**
 * Plays a 440 Hz tone on a peer's media track, packet by packet in real time, and tells the client when it begins and ends.
 *
 * @param peer - Where the packets go.
 * @param send - Sends events to the client.
 */
export function createSpeaker(peer: Pick<Peer, 'play'>, send: Send): PeerSpeaker {
  const epochMs = performance.now();
  let playing: Playing | undefined;
  let timer: NodeJS.Timeout | undefined;
  let sequence = 0;
  let slot = 0;

  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  const end = (type: 'output_audio_buffer.stopped' | 'output_audio_buffer.cleared'): void => {
    if (playing === undefined) return;
    const { responseId } = playing;
    playing = undefined;
    stop();
    send({ type, response_id: responseId });
  };
  const playOne = (current: Playing, place: 'first' | 'later'): void => {
    peer.play({ payload: tonePacket(slot), sequence, timestamp: (slot * PACKET_SAMPLES) >>> 0, place });
    sequence = (sequence + 1) & 0xffff;
    slot += 1;
    current.leftMs -= PACKET_MS;
  };
  const tick = (): void => {
    // A timer that came late is made up for, so that the sound is as long as it should be.
    const due = Math.floor((performance.now() - epochMs) / PACKET_MS);
    while (playing !== undefined && playing.leftMs > 0 && slot <= due) playOne(playing, 'later');
    if (playing !== undefined && playing.leftMs > 0) return;
    if (playing?.stage === 'complete') end('output_audio_buffer.stopped');
    else slot = Math.max(slot, due);
  };
  const begin = (current: Playing): void => {
    slot = Math.max(slot, Math.floor((performance.now() - epochMs) / PACKET_MS));
    send({ type: 'output_audio_buffer.started', response_id: current.responseId });
    playOne(current, 'first');
    timer = setInterval(tick, PACKET_MS);
  };

  return {
    play(responseId, durationMs) {
      if (playing?.responseId === responseId) {
        playing.leftMs += durationMs;
        return;
      }
      end('output_audio_buffer.stopped');
      playing = { responseId, leftMs: durationMs, stage: 'growing' };
      begin(playing);
    },
    finish(responseId) {
      if (playing?.responseId === responseId) playing.stage = 'complete';
    },
    clear: () => end('output_audio_buffer.cleared'),
    close() {
      playing = undefined;
      stop();
    },
  };
}

function tonePacket(slot: number): Buffer {
  const first = slot * PACKET_SAMPLES;
  return Buffer.from(
    Array.from({ length: PACKET_SAMPLES }, (_none, index) => encodeMuLaw(toneSample(first + index, RATE))),
  );
}
