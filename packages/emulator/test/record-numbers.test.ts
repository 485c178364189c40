import { expect, it } from 'vitest';
import { createCaller, postOffer } from './support/caller.ts';
import { startEmulator } from './support/harness.ts';

const HEADER_BYTES = 13;

/** Returns the epoch and number of each DTLS record in a datagram; none for RTP. */
function readRecordNumbers(datagram: Buffer): string[] {
  const numbers: string[] = [];
  const isDtls = (byte: number | undefined): boolean => byte !== undefined && byte >= 20 && byte < 64;
  for (let start = 0; isDtls(datagram[start]) && start + HEADER_BYTES <= datagram.length;) {
    numbers.push(datagram.subarray(start + 3, start + 11).toString('hex'));
    start += HEADER_BYTES + datagram.readUInt16BE(start + 11);
  }
  return numbers;
}

// A browser drops the second record with a number as a replay, and the message in it arrives a second later.
it('two encrypted records of a call never have the same number', async () => {
  const emulator = await startEmulator();
  const caller = await createCaller();
  const numbers: string[] = [];
  for (const { connection } of caller.connection.iceTransports)
    connection.onData.subscribe((datagram) => numbers.push(...readRecordNumbers(datagram)));
  const response = await postOffer(emulator, emulator.apiKey, { body: caller.offer });
  await caller.accept(await response.text());
  await caller.next('session.created');
  for (let index = 0; index < 20; index += 1) {
    caller.send({ type: 'input_audio_buffer.clear' });
    await caller.next('input_audio_buffer.cleared');
  }
  const encrypted = numbers.filter((number) => number.startsWith('0001'));
  expect(encrypted.length).toBeGreaterThan(20);
  expect(encrypted.filter((number, index) => encrypted.indexOf(number) !== index)).toEqual([]);
});
