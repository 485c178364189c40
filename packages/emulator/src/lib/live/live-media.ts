import type { AudioChunk } from '../audio/codec.ts';
import type { Page } from '../calls/page-call.ts';
import type { EmulatorContext } from '../state/context.ts';
import type { LiveConnections } from './connections.ts';
import { createPlayedInput, createReceivedInput } from './input.ts';
import type { LiveInput } from './input.ts';
import { createReflection } from './reflection.ts';
import type { Timers } from './timers.ts';

export interface LiveMediaOptions {
  readonly media: 'played' | 'real';
  readonly connections: LiveConnections;
  readonly timers: Timers;
  /** Called when no input has arrived for so long that the session expires. */
  readonly onInputTimeout: () => void;
}

/** The audio of a session. */
export interface LiveMedia {
  readonly input: LiveInput;
  connectPage(page: Page): void;
  disconnectPage(): void;
  receiveAudio(chunk: AudioChunk): void;
  /** A sideband has attached, which receives the audio of both directions. */
  reflect(): void;
  stop(): void;
}

export function createLiveMedia(
  { clock, settings: { live } }: EmulatorContext,
  { media, connections, timers, onInputTimeout }: LiveMediaOptions,
): LiveMedia {
  const input = media === 'played' ? createPlayedInput(clock, live.pageAudio) : createReceivedInput();
  const reflection = createReflection({
    input,
    send: (event) => connections.reflect(event),
    isWanted: () => connections.sidebands.size > 0,
    isSpeaking: () => false,
  });
  let state: 'expected' | 'connected' | 'gone' = 'expected';
  const reflect = (): void => {
    if (state === 'connected' && live.reflectedAudio === 'full' && connections.sidebands.size > 0)
      reflection.start();
  };
  const watchInput = (): void => {
    const lastMs = input.nowMs();
    timers.after(live.inputTimeoutMs, () => {
      if (input.nowMs() === lastMs) onInputTimeout();
      else watchInput();
    });
  };
  const stop = (): void => {
    state = 'gone';
    reflection.stop();
    input.disconnect();
  };
  return {
    input,
    connectPage() {
      state = 'connected';
      input.connect();
      reflect();
      watchInput();
    },
    disconnectPage: stop,
    receiveAudio: (chunk) => input.receive(chunk),
    reflect,
    stop,
  };
}
