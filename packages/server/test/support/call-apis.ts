import type { EmulatedCall, RealtimeEmulator } from '@realtime-session/emulator';
import { openaiCalls, openaiLive } from '../../src/calls.ts';
import type { BillableUsage, CallUpstream } from '../../src/calls.ts';
import type { CallRequest } from '../../src/lib/calls/call-service.ts';
import type { Principal } from '../../src/lib/request-context.ts';

/** The APIs over which the suites of calls run. */
export const apis = ['realtime', 'live'] as const;

export type Api = (typeof apis)[number];

export const SESSION = { type: 'realtime', model: 'gpt-realtime-2.1', instructions: 'Never shown.' };

const LIVE_SESSION = {
  model: 'gpt-live-1.1',
  instructions: 'Never shown.',
  delegation: { type: 'responses', responses: { model: 'gpt-5.5' } },
};

/** What differs between the APIs. Everything else must be the same. */
export interface ApiFacts {
  readonly session: CallRequest<Principal>['session'] & {
    readonly model: string;
    readonly instructions: string;
  };
  readonly idPrefix: string;
  readonly createUpstream: (emulator: RealtimeEmulator, sideband?: CallUpstream['sideband']) => CallUpstream;
  /** End of the path of the request that creates a call. */
  readonly createPath: string;
  /** The response to it, as if the id, or a usable answer, were missing. */
  readonly withoutId: (response: Response) => Promise<Response>;
  readonly withoutAnswer: (response: Response) => Promise<Response>;
  /** Something happens in the conversation that is billed: a response, or one to which a session delegates. */
  respond(emulator: RealtimeEmulator, call: EmulatedCall): void;
  /** Type of an event that follows from it. */
  readonly responseEvent: string;
  /** An event that a server may send. */
  readonly clientEvent: { readonly type: string };
  /** What the calls of a budget cost that has no price for anything else: a dollar for each response. */
  readonly costOfResponses: (usage: BillableUsage) => number;
  /** Time limit for an attempt to end a call. */
  readonly endAttemptMs: number;
  /** The provider ends a call by itself. */
  endAtProvider(emulator: RealtimeEmulator, call: EmulatedCall): Promise<void>;
}

async function changeBody(
  response: Response,
  change: (body: Record<string, unknown>) => object,
): Promise<Response> {
  const body = (await response.json()) as Record<string, unknown>;
  return Response.json(change(body), { status: response.status });
}

let responses = 0;

const realtime: ApiFacts = {
  session: SESSION,
  idPrefix: 'rtc_',
  createUpstream: ({ url }) => openaiCalls({ baseUrl: url }),
  createPath: '/calls',
  withoutId: async (response) => new Response(await response.text(), { status: 201 }),
  withoutAnswer: ({ headers }) => Promise.resolve(new Response('nonsense', { status: 201, headers })),
  respond(_emulator, call) {
    const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] };
    call.send({ type: 'conversation.item.create', item });
    call.send({ type: 'response.create' });
  },
  responseEvent: 'response.done',
  clientEvent: { type: 'response.create' },
  costOfResponses: () => 1,
  endAttemptMs: 5000,
  async endAtProvider({ callsUrl, apiKey }, { id }) {
    await fetch(`${callsUrl}/${id}/hangup`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}` },
    });
  },
};

const live: ApiFacts = {
  session: LIVE_SESSION,
  idPrefix: 'live_',
  createUpstream: ({ url }, sideband = 'during-call') => openaiLive({ baseUrl: url, sideband }),
  createPath: '/sessions',
  withoutId: (response) => changeBody(response, ({ transport }) => ({ transport })),
  withoutAnswer: (response) => changeBody(response, ({ session }) => ({ session })),
  respond(emulator, call) {
    responses += 1;
    const usage = { input_tokens: 10, output_tokens: 20, total_tokens: 30 };
    const response = { id: `resp_${responses}`, model: 'gpt-5.5', usage };
    const session = emulator.session(call.id);
    session?.push({ type: 'session.output_transcript.delta', delta: 'Hello' });
    session?.push({ type: 'response.event', event: { type: 'response.completed', response } });
  },
  responseEvent: 'response.event',
  clientEvent: { type: 'session.input_audio.mute' },
  costOfResponses: ({ type }) => (type === 'seconds' ? 0 : 1),
  endAttemptMs: 45_000,
  endAtProvider(_emulator, call) {
    call.moderate();
    return Promise.resolve();
  },
};

export const apiFacts: Readonly<Record<Api, ApiFacts>> = { realtime, live };
