import { encodeTone } from '../audio/tone.ts';
import type { ServerEvent } from '../realtime/events.ts';
import { FRAME_MS, FRAME_SAMPLES } from './frames.ts';
import type { LiveInput } from './input.ts';

/** 100 ms of silence, base64. */
const SILENCE = Buffer.alloc(FRAME_SAMPLES * 2).toString('base64');

/** 100 ms of the tone, base64: whole periods, so that every frame is the same. */
const TONE = encodeTone({ startMs: 0, durationMs: FRAME_MS }, { type: 'audio/pcm', rate: 24_000 });

/** Sends the audio of both directions to the sidebands, silence included. */
export interface Reflection {
  /** Starts with the current frame. Does nothing if it runs. */
  start(): void;
  stop(): void;
}

export interface ReflectionOptions {
  readonly input: LiveInput;
  readonly send: (event: ServerEvent) => void;
  /** Whether any sideband is attached. Without one, it stops. */
  readonly isWanted: () => boolean;
  readonly isSpeaking: () => boolean;
}

export function createReflection({ input, send, isWanted, isSpeaking }: ReflectionOptions): Reflection {
  let cancel: (() => void) | undefined;
  const scheduleFrame = (startMs: number): void => {
    const endMs = startMs + FRAME_MS;
    cancel = input.schedule(endMs, () => {
      cancel = undefined;
      const audio = input.takeFrame() ?? SILENCE;
      if (!isWanted()) return;
      send({ type: 'session.input_audio.append', audio });
      const delta = isSpeaking() ? TONE : SILENCE;
      send({ type: 'session.output_audio.delta', delta, start_ms: startMs, end_ms: endMs });
      scheduleFrame(endMs);
    });
  };
  return {
    start() {
      if (cancel === undefined) scheduleFrame(Math.floor(input.nowMs() / FRAME_MS) * FRAME_MS);
    },
    stop() {
      cancel?.();
      cancel = undefined;
    },
  };
}
