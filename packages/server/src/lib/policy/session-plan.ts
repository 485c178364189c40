import type {
  ClientSecretCreateRequest,
  SessionCreateRequest,
  TranscriptionSessionCreateRequest,
} from '@realtime-session/protocol';
import type { UpstreamApi } from '../upstream/upstream.ts';
import type { Ceilings } from './ceilings.ts';
import type { ClientAsk } from './client-params.ts';
import type { ParsedParams } from './parse-params.ts';

/** What goes to the upstream. */
export interface SessionPlan {
  /** Which call it is for. An upstream that speaks `sessions` has a sibling of it for transcription. */
  readonly api: UpstreamApi | 'transcription_sessions';
  /** Body of the create-session call, valid by its schema. */
  readonly body: ClientSecretCreateRequest | SessionCreateRequest | TranscriptionSessionCreateRequest;
  /** The model asked for, when one is. */
  readonly model: string | undefined;
  /** Lifetime asked for, in seconds. */
  readonly ttlSeconds: number;
  /** Paths of parameters the call has no word for. */
  readonly dropped: readonly string[];
}

/** What a plan is made from. */
export interface PlanInput {
  /** What the client asked for, allowed and validated. */
  readonly client: ClientAsk;
  /** What the owner says. */
  readonly pinned: ParsedParams;
  /** What no session exceeds. */
  readonly ceilings: Ceilings;
  /** What the upstream speaks. */
  readonly api: UpstreamApi;
}
