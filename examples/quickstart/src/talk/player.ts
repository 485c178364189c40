import { decodePcm16, SAMPLE_RATE } from './pcm16.ts';

/** Plays the pieces of a spoken answer one after the other. */
export interface Player {
  /** Appends a piece, base64 pcm16. */
  play(base64: string): void;
  /** Falls silent and frees the sound device. */
  close(): void;
}

/** A player. Make it in a click, or browsers keep it silent. */
export function createPlayer(): Player {
  const context = new AudioContext({ sampleRate: SAMPLE_RATE });
  void context.resume();
  let endsAt = 0;
  return {
    play(base64) {
      const samples = decodePcm16(base64);
      if (samples.length === 0 || context.state === 'closed') return;
      const buffer = context.createBuffer(1, samples.length, SAMPLE_RATE);
      buffer.copyToChannel(samples, 0);
      const source = context.createBufferSource();
      source.buffer = buffer;
      source.connect(context.destination);
      endsAt = Math.max(endsAt, context.currentTime);
      source.start(endsAt);
      endsAt += buffer.duration;
    },
    close() {
      if (context.state !== 'closed') void context.close();
    },
  };
}
