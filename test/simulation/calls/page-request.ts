import { checkPage } from './secrets.ts';
import { servingProcesses } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';
import type { World } from './world.ts';

export interface PageRequest {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  /** Id of a call, for `?call=`. */
  readonly call?: string | undefined;
  /** `undefined`: without authorization. */
  readonly user: string | undefined;
  readonly contentType?: string;
  readonly body?: string;
  /** Aborted when the page leaves. */
  readonly signal?: AbortSignal;
}

export interface PageAnswer {
  readonly status: number;
  readonly location: string | null;
  readonly body: Readonly<Record<string, unknown>>;
  /** Of a problem. */
  readonly code: string | undefined;
}

/** A request must be answered within this time, unless its process is frozen or the store fails. */
const ANSWER_MS = 60_000;

/** Sends a request to one of the processes. `undefined`: no answer, because the process died or the page left. */
export async function request(world: World, given: PageRequest): Promise<PageAnswer | undefined> {
  const serving = servingProcesses(world);
  if (serving.length === 0) {
    await world.timeline.wait(1000);
    return undefined;
  }
  const server = world.random.pick(serving);
  world.activity.note();
  const watch = watchAnswer(world, server, given);
  const response = await Promise.race([
    send(server, world.timeline.nowMs(), given),
    server.lifeline.death.then(() => undefined),
    aborted(given.signal),
  ]);
  watch.stop();
  world.activity.note();
  if (response === undefined) return undefined;
  const text = await response.text();
  checkPage(world, `${text} ${JSON.stringify([...response.headers])}`);
  return toAnswer(response, text);
}

function send(server: ServerProcess, nowMs: number, given: PageRequest): Promise<Response> {
  const { method, call, user, contentType, body, signal } = given;
  const url = `https://app.test/calls${call === undefined ? '' : `?call=${encodeURIComponent(call)}`}`;
  const headers = {
    ...(user === undefined ? {} : { 'x-user': user }),
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
  };
  const page = new Request(url, { method, headers, body: body ?? null, signal: signal ?? null });
  const name = `${method} at ${(nowMs / 1000).toFixed(3)} s`;
  return deliverTo(server, name, () => server.handler(page, { address: '203.0.113.7' }));
}

/** Calls the handler when the process can run. A request that a page gives up is answered as well. */
function deliverTo(server: ServerProcess, name: string, run: () => Promise<Response>): Promise<Response> {
  const { lifeline, pending } = server;
  const request = { name };
  return new Promise((resolve, reject) => {
    lifeline.enter(() => {
      pending.add(request);
      const response = run().finally(() => pending.delete(request));
      void lifeline.deliver(response).then(resolve, reject);
    });
  });
}

function aborted(signal: AbortSignal | undefined): Promise<undefined> {
  return new Promise((resolve) =>
    signal?.addEventListener('abort', () => resolve(undefined), { once: true }),
  );
}

function watchAnswer(world: World, server: ServerProcess, { method }: PageRequest): { stop(): void } {
  const startedMs = world.timeline.nowMs();
  let cancel = world.timeline.after(ANSWER_MS, check);
  function check(): void {
    const idleMs = world.timeline.nowMs() - Math.max(startedMs, world.health.disruptedAtMs());
    if (server.lifeline.state() === 'running' && idleMs >= ANSWER_MS)
      world.journal.fail('answered', `${method} was not answered by process ${server.number}`);
    else cancel = world.timeline.after(ANSWER_MS, check);
  }
  return { stop: () => cancel() };
}

function toAnswer({ status, headers }: Response, text: string): PageAnswer {
  const body = parse(text);
  const code = body['code'];
  return {
    status,
    location: headers.get('location'),
    body,
    code: typeof code === 'string' ? code : undefined,
  };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
