/** Thrown when a stream holds more than it may. */
export class TooManyBytes extends Error {}

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
 * Reads a stream to its end, counting the bytes that really come. Holds at most the limit and one chunk, and cancels the
 * stream beyond it. (On Node a cancelled request body leaves the socket open, so the answer still gets out.)
 *
 * @param stream - A body, or `null` for none.
 * @param maxBytes - Most bytes it may hold.
 * @throws TooManyBytes When it holds more; what else the stream throws passes through.
 */
export async function readBytes(
  stream: ReadableStream<Uint8Array<ArrayBuffer>> | null,
  maxBytes: number,
): Promise<Uint8Array> {
  if (stream === null) return new Uint8Array();
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return concatenate(chunks, size);
    size += value.byteLength;
    if (size > maxBytes) {
      reader.cancel().catch(() => undefined);
      throw new TooManyBytes();
    }
    chunks.push(value);
  }
}
