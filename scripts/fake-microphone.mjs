/* Writes packages/emulator/assets/fake-microphone.wav: ten seconds with one second that sounds like speech. */
import { Buffer } from 'node:buffer';
import { mkdirSync, writeFileSync } from 'node:fs';

const RATE = 8_000;
const LENGTH_S = 10;
const SPEECH = { startS: 1, endS: 2.2 };
const HEADER_BYTES = 44;

/** A voice that glides and has syllables: noise suppression removes a steady tone. */
function sample(seconds) {
  if (seconds < SPEECH.startS || seconds >= SPEECH.endS) return 0;
  const phase = 2 * Math.PI * (150 * seconds + 8 * Math.sin(2 * Math.PI * 0.9 * seconds));
  const voice = [1, 2, 3, 5, 8].reduce((sum, harmonic) => sum + Math.sin(harmonic * phase) / harmonic, 0);
  const syllables = 0.65 + 0.35 * Math.sin(2 * Math.PI * 5 * seconds);
  return Math.round(9_000 * voice * syllables * 0.6);
}

const data = Buffer.alloc(HEADER_BYTES + RATE * LENGTH_S * 2);
data.write('RIFF', 0);
data.writeUInt32LE(data.length - 8, 4);
data.write('WAVEfmt ', 8);
data.writeUInt32LE(16, 16);
data.writeUInt16LE(1, 20);
data.writeUInt16LE(1, 22);
data.writeUInt32LE(RATE, 24);
data.writeUInt32LE(RATE * 2, 28);
data.writeUInt16LE(2, 32);
data.writeUInt16LE(16, 34);
data.write('data', 36);
data.writeUInt32LE(data.length - HEADER_BYTES, 40);
for (let index = 0; index < RATE * LENGTH_S; index += 1)
  data.writeInt16LE(sample(index / RATE), HEADER_BYTES + index * 2);

const folder = new URL('../packages/emulator/assets/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('fake-microphone.wav', folder), data);
