/** The emulator calls a function that a message names. */
export const WEATHER_QUESTION = 'Please use get_weather.';

/** Throws unless the text contains what is expected. */
export function expectText(text: string, expected: string): void {
  if (!text.includes(expected)) throw new Error(`Expected “${expected}” in “${text}”.`);
}

/** A microphone that is silent until it plays half a second of a tone: a spoken turn. */
export interface Microphone {
  readonly stream: MediaStream;
  speak(): void;
}

export function createMicrophone(): Microphone {
  const context = new AudioContext();
  const gain = new GainNode(context, { gain: 0 });
  const destination = new MediaStreamAudioDestinationNode(context);
  const oscillator = new OscillatorNode(context, { frequency: 440 });
  oscillator.connect(gain).connect(destination);
  oscillator.start();
  return {
    stream: destination.stream,
    speak() {
      gain.gain.setValueAtTime(1, context.currentTime);
      gain.gain.setValueAtTime(0, context.currentTime + 0.5);
    },
  };
}

/** Gives the page a microphone that the test controls, for clients that open it themselves. */
export function installMicrophone(): Microphone {
  const microphone = createMicrophone();
  navigator.mediaDevices.getUserMedia = () => Promise.resolve(microphone.stream);
  return microphone;
}

/** Collects what a client reports, so that nothing is missed between two waits. */
export interface Inbox<T> {
  readonly add: (value: T) => void;
  /** Rejects every wait. */
  readonly fail: (error: unknown) => void;
  /** Resolves with the next value that matches; skips the ones before it. */
  readonly next: (matches: (value: T) => boolean) => Promise<T>;
}

export function createInbox<T>(): Inbox<T> {
  const values: T[] = [];
  let failure: Error | undefined;
  let wake = (): void => undefined;
  return {
    add(value) {
      values.push(value);
      wake();
    },
    fail(error) {
      failure = error instanceof Error ? error : new Error(JSON.stringify(error));
      wake();
    },
    async next(matches) {
      for (;;) {
        const value = values.shift();
        if (value !== undefined && matches(value)) return value;
        if (value !== undefined) continue;
        if (failure !== undefined) throw failure;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
