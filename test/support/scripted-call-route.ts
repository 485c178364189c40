/** A request as the route received it. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly init: RequestInit;
  /** The parsed JSON body. */
  readonly body: unknown;
}

type Respond = (request: ReceivedRequest) => Response | Promise<Response>;

const callIdOf = (url: string): string | undefined =>
  new URL(url, 'https://app.test').searchParams.get('call') ?? undefined;

/** The answer of a call route to a request that it refuses. */
export function problem(
  status: number,
  code: string,
  more: Readonly<Record<string, unknown>> = {},
): Response {
  const body = {
    type: 'about:blank',
    title: `The title of ${code}.`,
    status,
    code,
    request_id: 'req_1',
    ...more,
  };
  return Response.json(body, { status, headers: { 'content-type': 'application/problem+json' } });
}

/** A small call route. It keeps its calls as the real one does, unless a test scripts the next response. */
export function createScriptedRoute() {
  const requests: ReceivedRequest[] = [];
  const scripts = new Map<string, Respond[]>();
  const ends = new Map<string, string | undefined>();
  let created = 0;
  const details: Record<string, unknown> = { expires_in: 600, heartbeat_ms: 20_000 };

  const describe = (id: string) => ({ id, ...details });
  function answer({ method, url }: ReceivedRequest): Response {
    const callId = callIdOf(url);
    if (method === 'POST') {
      if (callId !== undefined && ends.has(callId)) ends.set(callId, ends.get(callId) ?? 'replaced');
      const id = `call_${(created += 1)}`;
      ends.set(id, undefined);
      return Response.json({ sdp: 'v=0 answer', call: describe(id) }, { status: 201 });
    }
    if (callId === undefined || !ends.has(callId)) return problem(404, 'call_not_found');
    const reason = ends.get(callId);
    if (reason !== undefined) return problem(410, 'call_ended', { reason });
    if (method === 'PUT') return Response.json({ call: describe(callId) });
    ends.set(callId, 'hung-up');
    return new Response(null, { status: 204 });
  }

  return {
    requests,
    /** What the route says about its calls. */
    details,
    /** Methods and addresses of the requests so far. */
    log: () => requests.map(({ method, url }) => `${method} ${url}`),
    count: (method: string) => requests.filter((request) => request.method === method).length,
    openCalls: () => [...ends].filter(([, reason]) => reason === undefined).map(([id]) => id),
    end: (id: string, reason: string) => void ends.set(id, reason),
    forget: (id: string) => void ends.delete(id),
    /** Scripts the next response to a method. `answer` is what the route would respond. */
    script(method: string, ...responses: ((answer: () => Response) => Response | Promise<Response>)[]): void {
      const queue = scripts.get(method) ?? [];
      scripts.set(method, queue);
      for (const respond of responses) queue.push((request) => respond(() => answer(request)));
    },
    fetch: async (url: string, init: RequestInit): Promise<Response> => {
      const request: ReceivedRequest = {
        method: init.method ?? 'GET',
        url,
        headers: Object.fromEntries(new Headers(init.headers)),
        init,
        body: typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : undefined,
      };
      requests.push(request);
      const respond = scripts.get(request.method)?.shift() ?? answer;
      return respond(request);
    },
  };
}
