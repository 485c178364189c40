import { writeFile } from 'node:fs/promises';

const SAMPLE_RATE = 16_000;

/** Audio for Chromium's microphone, which repeats it. */
export interface SpokenAudio {
  /** How long the user speaks, in milliseconds. */
  readonly speechMs: number;
  /** The silence after it, in milliseconds. */
  readonly silenceMs: number;
}

/**
 * Writes a WAV file and returns the Chromium switches that make it the microphone. The built-in fake microphone beeps twice a
 * second, which interrupts answers.
 *
 * @param path - Where to write the file.
 */
export async function createMicrophone(
  path: string,
  { speechMs, silenceMs }: SpokenAudio,
): Promise<string[]> {
  const speechSamples = (speechMs * SAMPLE_RATE) / 1000;
  const samples = new Int16Array(speechSamples + (silenceMs * SAMPLE_RATE) / 1000);
  for (let index = 0; index < speechSamples; index += 1)
    samples[index] = 12_000 * Math.sin((2 * Math.PI * 440 * index) / SAMPLE_RATE);
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20); // PCM
  header.writeUInt16LE(1, 22); // mono
  header.writeUInt32LE(SAMPLE_RATE, 24);
  header.writeUInt32LE(SAMPLE_RATE * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.byteLength, 40);
  await writeFile(path, Buffer.concat([header, Buffer.from(samples.buffer)]));
  return [
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-audio-capture=${path}`,
  ];
}
