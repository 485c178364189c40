import type { AudioChunk } from '../audio/codec.ts';
import { encodeAudio } from '../audio/codec.ts';
import type { TaskClock } from '../state/clock.ts';
import { FRAME_SAMPLES } from './frames.ts';

/** The input audio of a session, which is also its clock: the clock stands still without input. */
export interface LiveInput {
  /** Length of the input so far, in milliseconds. */
  nowMs(): number;
  /** Runs a callback when the input has reached a length. Returns a function that cancels it. */
  schedule(dueMs: number, run: () => void): () => void;
  /** The page has connected. */
  connect(): void;
  /** The page sends no more audio. */
  disconnect(): void;
  /** Takes audio from the page's microphone. */
  receive(chunk: AudioChunk): void;
  /** Returns the oldest frame that has not been taken, mono PCM16 at 24 kHz in base64; `undefined` for silence. */
  takeFrame(): string | undefined;
}

interface Task {
  readonly dueMs: number;
  readonly run: () => void;
  cancel: () => void;
}

/** The page that a test plays sends silence, which passes with the emulator's clock, or nothing. */
export function createPlayedInput(clock: TaskClock, audio: 'silence' | 'none'): LiveInput {
  const tasks = new Set<Task>();
  let passedMs = 0;
  let startedAtMs: number | undefined;
  const nowMs = (): number => passedMs + (startedAtMs === undefined ? 0 : clock.nowMs() - startedAtMs);
  const start = (task: Task): void => {
    if (startedAtMs === undefined) return;
    task.cancel = clock.schedule(clock.nowMs() + Math.max(0, task.dueMs - nowMs()), () => {
      tasks.delete(task);
      task.run();
    });
  };
  return {
    nowMs,
    connect() {
      if (audio === 'none') return;
      startedAtMs ??= clock.nowMs();
      for (const task of [...tasks]) start(task);
    },
    disconnect() {
      passedMs = nowMs();
      startedAtMs = undefined;
      for (const { cancel } of tasks) cancel();
    },
    schedule(dueMs, run) {
      const task: Task = { dueMs, run, cancel: () => undefined };
      tasks.add(task);
      start(task);
      return () => {
        tasks.delete(task);
        task.cancel();
      };
    },
    receive: () => undefined,
    takeFrame: () => undefined,
  };
}

/** Input that arrives from a real page. */
export function createReceivedInput(): LiveInput {
  const tasks = new Set<Omit<Task, 'cancel'>>();
  const frames = createFrameBuffer();
  let passedMs = 0;
  const findDue = (): Omit<Task, 'cancel'> | undefined =>
    [...tasks].filter(({ dueMs }) => dueMs <= passedMs).sort((a, b) => a.dueMs - b.dueMs)[0];
  return {
    nowMs: () => passedMs,
    connect: () => undefined,
    disconnect: () => undefined,
    receive(chunk) {
      frames.add(chunk);
      passedMs += (chunk.samples.length * 1000) / chunk.rate;
      for (let task = findDue(); task !== undefined; task = findDue()) {
        tasks.delete(task);
        task.run();
      }
    },
    takeFrame: () => frames.take(),
    schedule(dueMs, run) {
      const task = { dueMs, run };
      tasks.add(task);
      return () => void tasks.delete(task);
    },
  };
}

const FRAME_RATE = 24_000;
const MAX_FRAMES = 10;

interface FrameBuffer {
  add(chunk: AudioChunk): void;
  take(): string | undefined;
}

/** Keeps the newest second: without a sideband, no one takes the frames. */
function createFrameBuffer(): FrameBuffer {
  let samples = new Int16Array(0);
  return {
    add(chunk) {
      const added = resample(chunk);
      const all = new Int16Array(samples.length + added.length);
      all.set(samples);
      all.set(added, samples.length);
      samples = all.slice(-MAX_FRAMES * FRAME_SAMPLES);
    },
    take() {
      if (samples.length < FRAME_SAMPLES) return undefined;
      const frame = samples.slice(0, FRAME_SAMPLES);
      samples = samples.slice(FRAME_SAMPLES);
      return encodeAudio(frame, { type: 'audio/pcm', rate: FRAME_RATE }).toString('base64');
    },
  };
}

/** Repeats samples up to the rate of the frames, which is a multiple of both rates that packets have. */
function resample({ samples, rate }: AudioChunk): Int16Array {
  const factor = FRAME_RATE / rate;
  if (factor === 1) return samples;
  return Int16Array.from(
    { length: samples.length * factor },
    (_none, index) => samples[Math.floor(index / factor)] ?? 0,
  );
}
