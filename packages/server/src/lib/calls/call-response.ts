import { isCallId } from './call-secrets.ts';
import type { CallView } from './call-service.ts';

/** Name of the query parameter with the id of a call. */
const PARAMETER = 'call';

/** The id in the URL of a request. `undefined` if there is none, more than one, or one that no call can have. */
export function readCallId({ url }: Pick<Request, 'url'>): string | undefined {
  const ids = new URL(url).searchParams.getAll(PARAMETER);
  const [id] = ids;
  return ids.length === 1 && id !== undefined && isCallId(id) ? id : undefined;
}

/**
 * The address of a call, relative to the URL of the request that created it. Keeps the other query parameters. They contain no slash,
 * because the official client takes everything after the last one as the id.
 */
export function callLocation({ url }: Pick<Request, 'url'>, id: string): string {
  const parts = new URL(url).search.slice(1).split('&');
  const others = parts.filter((part) => part !== '' && !new URLSearchParams(part).has(PARAMETER));
  const query = [...others, `${PARAMETER}=${id}`].join('&');
  return `?${query.replaceAll('/', '%2F')}`;
}

/** What a page learns about its call. */
interface CallResponse {
  readonly call: {
    readonly id: string;
    /** Unix time in seconds. */
    readonly expires_at: number;
    readonly expires_in: number;
    readonly heartbeat_ms?: number;
    readonly budget_left?: number;
  };
}

export function callResponse(
  { id, endsInMs, heartbeatMs, budgetLeft }: CallView,
  nowMs: number,
): CallResponse {
  const leftMs = Math.max(0, endsInMs);
  const hasBudget = budgetLeft !== undefined && Number.isFinite(budgetLeft);
  return {
    call: {
      id,
      expires_at: Math.floor((nowMs + leftMs) / 1000),
      expires_in: Math.floor(leftMs / 1000),
      ...(heartbeatMs === undefined ? {} : { heartbeat_ms: heartbeatMs }),
      ...(hasBudget ? { budget_left: Math.max(0, budgetLeft) } : {}),
    },
  };
}
