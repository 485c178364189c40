import type { UnknownFields } from '../options.ts';
import { checkAllowPaths, emptyRequest, readClientRequest, unknownField } from '../policy/client.ts';
import type { ClientRequest, ClientRules } from '../policy/client.ts';
import {
  checkLiveAllowPaths,
  emptyLiveRequest,
  parseLiveParams,
  planLiveSession,
  readLiveRequest,
} from '../policy/live.ts';
import { parseParams } from '../policy/params.ts';
import type { ParseParams } from '../policy/params.ts';
import { planCallSession } from '../policy/plan.ts';
import type { CallPlan } from '../policy/plan.ts';
import { isRecord } from '../validate.ts';
import type { UnknownRecord } from '../validate.ts';
import type { CallUpstream } from './call-upstream.ts';

/** How sessions of one API are checked and put together. */
export interface SessionRules {
  readonly parse: ParseParams;
  /** Checks the dotted paths of `allow`. Throws a `TypeError`. */
  readonly checkAllowPaths: (paths: readonly string[], unknownFields: UnknownFields) => readonly string[];
  /** The request of a client that sets nothing. */
  readonly emptyRequest: ClientRequest;
  /** Reads what a client asks for, as far as the rules let it. Rejects with a `ProblemError`. */
  readonly readRequest: (
    params: UnknownRecord,
    rules: ClientRules,
    unknownFields: UnknownFields,
  ) => Promise<ClientRequest>;
  /** Throws a `ProblemError` if the parameters of client and owner conflict. */
  readonly plan: (input: Parameters<typeof planCallSession>[0]) => CallPlan;
  /** Models that only the other API has, and what to do about one. */
  readonly foreignModel: RegExp;
  readonly foreignModelRemedy: string;
  /** Whether the owner must set the model. */
  readonly model: 'required' | 'optional';
}

const realtimeRules: SessionRules = {
  parse: parseParams,
  checkAllowPaths,
  emptyRequest,
  async readRequest(params, rules, unknownFields) {
    // An owner's schema is for the parameters. Otherwise, they are always nested, so that no parameter can be taken for a lifetime.
    const body = rules.kind === 'schema' ? params : { session: params };
    const client = await readClientRequest(body, rules, unknownFields);
    if (client.ttlSeconds !== undefined) throw unknownField('expires_after');
    return client;
  },
  plan: planCallSession,
  foreignModel: /^gpt-live-\d/,
  foreignModelRemedy: 'is a model of the Live API; set `upstream: openaiLive()`',
  model: 'optional',
};

const liveRules: SessionRules = {
  parse: parseLiveParams,
  checkAllowPaths: checkLiveAllowPaths,
  emptyRequest: emptyLiveRequest,
  readRequest: readLiveRequest,
  plan: planLiveSession,
  foreignModel: /^gpt-(?:realtime|audio)|-realtime-preview/,
  foreignModelRemedy:
    'is a model of the Realtime API; set `upstream: openaiCalls()`, or use a Live model such as gpt-live-1.1',
  model: 'required',
};

export const sessionRules: Readonly<Record<CallUpstream['api'], SessionRules>> = {
  realtime: realtimeRules,
  live: liveRules,
};

/**
 * Checks that the owner's session has a model of the API.
 *
 * @throws TypeError Names the remedy.
 */
export function checkModel(session: unknown, rules: SessionRules): void {
  const model = isRecord(session) ? session['model'] : undefined;
  if (model === undefined && rules.model === 'required' && isRecord(session))
    throw new TypeError('session.model is missing; set a Live model, such as "gpt-live-1.1".');
  if (typeof model !== 'string' || !rules.foreignModel.test(model)) return;
  throw new TypeError(`session.model: "${model.slice(0, 64)}" ${rules.foreignModelRemedy}.`);
}
