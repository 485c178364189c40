import { Agent, request } from 'node:http';

/** The outcomes of requests. */
export interface Outcome {
  answered: number;
  aborted: number;
  /** Statuses other than 200. */
  readonly unexpected: number[];
  /** Why requests that were not aborted failed: a status or an error code. */
  readonly unanswered: (number | string)[];
}

const BODY = '{"voice":"marin"}';

/** When a client disconnects: before its body, during it, or while waiting for the response. */
type DisconnectPoint = 'never' | 'without-body' | 'mid-body' | 'waiting';

function getDisconnectPoint(index: number): DisconnectPoint {
  if (index % 5 !== 0) return 'never';
  const points = ['without-body', 'mid-body', 'waiting'] as const;
  return points[(index / 5) % 3] ?? 'waiting';
}

/** Resolves to the status or the error code. */
function send(origin: string, agent: Agent, index: number, point: DisconnectPoint): Promise<number | string> {
  return new Promise((resolve) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': BODY.length,
      'x-user': `user-${index % 50}`,
    };
    const call = request(`${origin}/mint`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('close', () => resolve(response.complete ? (response.statusCode ?? 0) : 'cut short'));
    });
    call.on('error', ({ code, message }: NodeJS.ErrnoException) => resolve(code ?? message));
    switch (point) {
      case 'never':
        return call.end(BODY);
      case 'without-body':
        call.flushHeaders();
        break;
      case 'mid-body':
        call.write(BODY.slice(0, 5));
        break;
      case 'waiting':
        call.end(BODY);
    }
    // After the bytes were sent, a little later each time.
    return call.once('socket', (socket) => {
      const disconnect = (): void => void setTimeout(() => call.destroy(), index % 4);
      if (socket.connecting) socket.once('connect', disconnect);
      else disconnect();
    });
  });
}

/**
 * Sends many requests over keep-alive sockets and aborts every fifth at some point.
 */
export async function load(origin: string, total: number, concurrency: number): Promise<Outcome> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const outcome: Outcome = { answered: 0, aborted: 0, unexpected: [], unanswered: [] };
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < total) {
      next += 1;
      const point = getDisconnectPoint(next);
      const status = await send(origin, agent, next, point);
      if (status === 200) outcome.answered += 1;
      else if (typeof status === 'string') outcome.aborted += 1;
      else outcome.unexpected.push(status);
      if (status !== 200 && point === 'never') outcome.unanswered.push(status);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, client));
  agent.destroy();
  return outcome;
}
