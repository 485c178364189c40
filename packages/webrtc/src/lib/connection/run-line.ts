import type { ConnectionError } from '../errors/connection-error.ts';
import type { Line, LineHost } from './line.ts';
import { quietly } from './listeners.ts';
import { openCall } from './open-call.ts';
import { backoffMs, isTransient } from './next-try.ts';
import { createSpan, type Span } from './span.ts';

/**
 * Keeps a line: one call, and the ones after it when it breaks down and the app wants it back.
 *
 * @param line - The line. Its end is the end of everything that is opened here.
 * @param host - What it shares with others.
 */
export async function runLine(line: Line, host: LineHost): Promise<void> {
  const { options, platform, say } = host;
  // Only what was open comes back.
  let limit = 0;
  let attempt = 0;
  let failure: ConnectionError | undefined;
  let resolve: () => void;

  function shut(): void {
    line.opened = line.until(new Promise<void>((open) => (resolve = open)));
    // Whoever does not wait for it reads it from the state.
    line.opened.catch(() => undefined);
  }

  async function keep(call: Span): Promise<void> {
    if (failure) {
      say(line, { status: 'reconnecting', attempt, error: failure });
      const { retryAfterMs = 0 } = failure;
      await call.until(
        new Promise<void>((go) => {
          call.after(Math.max(retryAfterMs, backoffMs(attempt, platform.random())), go);
          // What the API asked for is not for the network to shorten.
          if (!retryAfterMs) platform.onOnline(go, call.signal);
        }),
      );
    }
    await openCall(call, line, host);
    call.signal.throwIfAborted();
    limit = options.reconnectLimit ?? 0;
    call.after(30_000, () => (attempt = 0));
    say(line, { status: 'connected', playbackBlocked: !!line.playbackBlocked });
    resolve();
    if (failure) quietly(() => options.onReconnect?.());
    await call.ended.finally(shut);
  }

  shut();
  say(line, { status: 'connecting' });
  while (!line.signal.aborted) {
    const call = createSpan(platform, line);
    try {
      await keep(call);
    } catch (thrown) {
      failure = call.end('lost', thrown);
      attempt += 1;
      if (attempt > limit || !isTransient(failure)) host.fail(line, failure);
    }
  }
}
