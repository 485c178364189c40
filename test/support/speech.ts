import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeMicrophone } from './chromium.ts';

const RATE = 48_000;
const SPEECH_S = 1;
const PAUSE_S = 3;

/**
 * Switches for Chromium that give every page a microphone in which a voice says something and pauses, again and again. The
 * built-in beeps of {@link fakeMicrophone} are too short to count as speech.
 */
export async function speakingMicrophone(): Promise<readonly string[]> {
  const file = join(await mkdtemp(join(tmpdir(), 'speech-')), 'speech.wav');
  await writeFile(file, createWave());
  return [...fakeMicrophone, `--use-file-for-fake-audio-capture=${file}`];
}

/** A mono WAV file with 16 bits a sample: one second that sounds like vowels, and then silence. */
function createWave(): Buffer {
  const samples = new Int16Array((SPEECH_S + PAUSE_S) * RATE);
  for (let index = 0; index < SPEECH_S * RATE; index += 1) samples[index] = vowel(index / RATE) * 32_767;
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16); // size of the format
  header.writeUInt16LE(1, 20); // PCM
  header.writeUInt16LE(1, 22); // channels
  header.writeUInt32LE(RATE, 24);
  header.writeUInt32LE(RATE * 2, 28); // bytes a second
  header.writeUInt16LE(2, 32); // bytes a sample
  header.writeUInt16LE(16, 34); // bits a sample
  header.write('data', 36);
  header.writeUInt32LE(samples.byteLength, 40);
  return Buffer.concat([header, Buffer.from(samples.buffer)]);
}

/** Harmonics of a voice that rises and falls, in four syllables a second. Noise suppression would remove a steady tone. */
function vowel(seconds: number): number {
  const pitch = 140 + 20 * Math.sin(2 * Math.PI * seconds);
  const syllable = Math.sin(4 * Math.PI * seconds) ** 2;
  const harmonics = [1, 2, 3, 4, 5, 6].map((n) => Math.sin(2 * Math.PI * n * pitch * seconds) / n);
  return 0.3 * syllable * harmonics.reduce((sum, value) => sum + value, 0);
}
