import { Agent, request } from 'node:http';

/** An answer of the site. */
export interface Answer {
  /** 0 if the connection was lost. */
  readonly status: number;
  readonly body: string;
}

/** What a user sends, one request after the other. */
export interface Page {
  readonly send: (method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object) => Promise<Answer>;
}

/** Users who use the site until they are stopped. */
export interface Crowd {
  /** Every status so far. */
  readonly statuses: readonly number[];
  /** Lets the users finish what they do. */
  readonly stop: () => Promise<void>;
}

/** Visits of one user, which are fewer than the rate limits of users and addresses. */
const VISITS_PER_USER = 20;

let users = 0;

/** The page of a user who has an address of the loopback network for themselves. */
function openPage(port: number, statuses: number[]): Page & { readonly close: () => void } {
  users += 1;
  const localAddress = `127.0.${1 + (users >> 7)}.${1 + (users & 127)}`;
  const agent = new Agent({ keepAlive: true, localAddress });
  const host = '127.0.0.1';
  const headers = {
    'content-type': 'application/json',
    origin: `http://${host}:${port}`,
    cookie: `user=user-${users}`,
  };
  const send: Page['send'] = (method, path, body) =>
    new Promise((resolve) => {
      const settle = (answer: Answer): void => {
        statuses.push(answer.status);
        resolve(answer);
      };
      const lost = (): void => settle({ status: 0, body: '' });
      const sent = request({ host, port, path, method, headers, agent }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.once('end', () => settle({ status: response.statusCode ?? 0, body: text }));
        response.once('error', lost);
      });
      sent.once('error', lost).end(body && JSON.stringify(body));
    });
  return { send, close: () => agent.destroy() };
}

/**
 * Starts users who visit the site again and again.
 *
 * @param port - Of the site.
 * @param size - Number of concurrent users.
 * @param visit - What a user does once.
 */
export function startCrowd(port: number, size: number, visit: (page: Page) => Promise<unknown>): Crowd {
  const statuses: number[] = [];
  const stopped = new AbortController();
  const isStopped = (): boolean => stopped.signal.aborted;
  const visitUntilStopped = async (): Promise<void> => {
    while (!isStopped()) {
      const page = openPage(port, statuses);
      for (let visits = 0; visits < VISITS_PER_USER && !isStopped(); visits += 1) await visit(page);
      page.close();
    }
  };
  const running = Promise.all(Array.from({ length: size }, visitUntilStopped));
  return {
    statuses,
    stop: async () => {
      stopped.abort();
      await running;
    },
  };
}
