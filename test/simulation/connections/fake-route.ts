import type { FakePeer } from './fake-peer.ts';
import type { OperationKind, Operations } from './operations.ts';

/** What a call route needs from its browser. */
export interface RouteHost {
  readonly name: string;
  readonly operations: Operations;
  readonly log: (line: string) => void;
  readonly onHook: () => void;
  readonly onPost: () => void;
  /** The route has ended a call. */
  readonly onLoss: () => void;
  readonly findPeer: (offer: string) => FakePeer | undefined;
  readonly check: (rule: string, holds: boolean, describe: () => string) => void;
}

interface RouteCall {
  readonly id: string;
  /** Why the route ended it, or another call replaced it. */
  reason: string | undefined;
  /** Whether the connection has its id. */
  isDelivered: boolean;
  /** Whether the connection knows that it ended. */
  isEndKnown: boolean;
  hangUps: number;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const kinds: Readonly<Record<string, OperationKind>> = { POST: 'post', PUT: 'heartbeat', DELETE: 'hangUp' };

/** A call route with the calls of one connection, and the rules about them. */
export class FakeRoute {
  readonly #host: RouteHost;
  readonly #calls = new Map<string, RouteCall>();
  #created = 0;
  /** Heartbeats whose answer has not been read. */
  #heartbeats = 0;

  constructor(host: RouteHost) {
    this.#host = host;
  }

  /** Whether the connection may be asking why it lost its call. */
  get isAsked(): boolean {
    return this.#heartbeats > 0;
  }

  /** Whether it has ended a call that the connection may take for open. */
  get hasEndedCalls(): boolean {
    return [...this.#calls.values()].some(({ reason, isEndKnown }) => reason !== undefined && !isEndKnown);
  }

  /** Calls that cost money although the connection could have ended them. */
  get leftBehind(): readonly string[] {
    return [...this.#calls.values()]
      .filter(({ isDelivered, reason, hangUps }) => isDelivered && reason === undefined && hangUps === 0)
      .map(({ id }) => id);
  }

  /** Ends the calls that are open, as a limit does. */
  endCalls(reason: string): void {
    for (const call of this.#calls.values()) call.reason ??= reason;
    this.#host.onLoss();
  }

  async fetch(url: string, { method = 'GET', body }: RequestInit): Promise<unknown> {
    const { log, name, onHook, onPost, operations } = this.#host;
    const id = new URL(url, 'https://app.test').searchParams.get('call') ?? undefined;
    log(`${name}: ${method} ${id ?? ''}`);
    this.#checkRequest(method, id);
    if (method === 'POST') onPost();
    if (method !== 'DELETE') onHook();
    const kind = kinds[method] ?? 'post';
    const step = operations.takeStep(kind);
    if (step.outcome === 'throws') throw new TypeError('bad url');
    const done = method === 'PUT' ? this.#countHeartbeat() : () => undefined;
    try {
      return await operations.startStep(kind, step, (outcome) => {
        log(`${name}: ${method} ${id ?? ''} ${outcome}`);
        if (outcome === 'network') throw new TypeError('Failed to fetch');
        const offer = typeof body === 'string' ? (JSON.parse(body) as { sdp: string }).sdp : '';
        const { status, body: answer } =
          method === 'POST' ? this.#create(outcome, { id, offer }) : this.#use(outcome, { method, id });
        return this.#toResponse({ status, body: answer }, done);
      });
    } catch (thrown) {
      done();
      throw thrown;
    }
  }

  #countHeartbeat(): () => void {
    this.#heartbeats += 1;
    return () => (this.#heartbeats -= 1);
  }

  #checkRequest(method: string, id: string | undefined): void {
    const { check } = this.#host;
    const call = this.#calls.get(id ?? '');
    if (method === 'POST') return;
    check('right-call', call?.isDelivered === true, () => `${method} of the call ${String(id)}`);
    if (!call) return;
    const isOver = call.isEndKnown || call.hangUps > 0;
    check('request-after-end', !isOver, () => `${method} of ${call.id}, which has ended`);
    if (method === 'DELETE') call.hangUps += 1;
  }

  #create(
    outcome: string,
    { id, offer }: { readonly id: string | undefined; readonly offer: string },
  ): Answer {
    const [status = '', detail = ''] = outcome === 'ok' ? ['201'] : outcome.split(' ');
    if (status !== '201' || detail) return toProblem(Number(status), detail);
    const replaced = this.#calls.get(id ?? '');
    if (replaced) replaced.reason ??= 'replaced';
    const call: RouteCall = {
      id: `call_${this.#host.name}_${(this.#created += 1)}`,
      reason: undefined,
      isDelivered: false,
      isEndKnown: false,
      hangUps: 0,
    };
    this.#calls.set(call.id, call);
    const peer = this.#host.findPeer(offer);
    if (peer) peer.callId = call.id;
    return {
      status: 201,
      body: { sdp: 'v=0 answer', ended: id, call: { id: call.id, expires_in: 3_600, heartbeat_ms: 60_000 } },
    };
  }

  #use(
    outcome: string,
    { method, id = '' }: { readonly method: string; readonly id: string | undefined },
  ): Answer {
    const call = this.#calls.get(id);
    if (!call) return toProblem(404, 'call_not_found');
    if (outcome === 'ended' && method === 'PUT') this.endCalls('duration');
    if (outcome !== 'ok' && outcome !== 'ended') return toProblem(Number(outcome), '');
    if (call.reason !== undefined)
      return { status: 410, body: { code: 'call_ended', title: 'Ended.', reason: call.reason, ended: id } };
    if (method === 'DELETE') call.reason = 'hung-up';
    return {
      status: method === 'DELETE' ? 204 : 200,
      body: { call: { id, expires_in: 3_600, heartbeat_ms: 60_000 } },
    };
  }

  #toResponse({ status, body }: Answer, done: () => void): unknown {
    return {
      ok: status < 300,
      status,
      headers: new Headers(),
      text: () =>
        this.#host.operations.start('body', (outcome) => {
          done();
          if (outcome !== 'ok') throw new TypeError('terminated');
          const { call, ended } = body as { call?: { id: string }; ended?: string }; // made above
          const delivered = this.#calls.get(call?.id ?? '');
          if (delivered) delivered.isDelivered = true;
          const over = this.#calls.get(ended ?? '');
          if (over) over.isEndKnown = true;
          return JSON.stringify(body);
        }),
    };
  }
}

function toProblem(status: number, detail: string): Answer {
  const seconds = Number(detail);
  const code = seconds > 0 || !detail ? 'refused' : detail;
  return { status, body: { code, title: 'No.', ...(seconds > 0 && { retry_after: seconds }) } };
}
