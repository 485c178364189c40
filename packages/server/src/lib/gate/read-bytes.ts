/** Thrown when a stream holds more than it may. */
export class TooManyBytes extends Error {}

/** How much to read, and what to do with the rest. */
export interface ReadLimit {
  /** Most bytes the stream may hold. */
  readonly maxBytes: number;
  /** `drain` lets the sender finish and read our answer; `cancel` hangs up. */
  readonly excess: 'drain' | 'cancel';
}

/** How many times the limit is read and thrown away before the stream is cancelled. */
const DRAIN_FACTOR = 16;

type ByteReader = ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;

/**
 * Reads on without keeping anything, so that the sender can finish and read our answer: cancelling at once would make
 * Node close the socket, often before the answer is out. Bounded, because a sender may never stop.
 */
async function drain(reader: ByteReader, budget: number): Promise<void> {
  let left = budget;
  try {
    while (left > 0) {
      const { done, value } = await reader.read();
      if (done) return;
      left -= value.byteLength;
    }
    await reader.cancel();
  } catch {
    // The sender is gone, and with it the reason to drain.
  }
}

function concatenate(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

/**
 * Reads a stream to its end, counting the bytes that really come. Holds at most the limit and one chunk.
 *
 * @param stream - A body, or `null` for none.
 * @param limit - Most bytes it may hold, and what happens to more.
 * @throws TooManyBytes When it holds more; what else the stream throws passes through.
 */
export async function readBytes(
  stream: ReadableStream<Uint8Array<ArrayBuffer>> | null,
  limit: ReadLimit,
): Promise<Uint8Array> {
  if (stream === null) return new Uint8Array();
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return concatenate(chunks, size);
    size += value.byteLength;
    if (size > limit.maxBytes) {
      void drain(reader, limit.excess === 'drain' ? limit.maxBytes * DRAIN_FACTOR : 0);
      throw new TooManyBytes();
    }
    chunks.push(value);
  }
}
