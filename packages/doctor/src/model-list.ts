import type { Target } from './probe.ts';

/** A model that the API lists. */
export interface ListedModel {
  readonly id: string;
  /** The announced first day without it, `YYYY-MM-DD`. */
  readonly shutdownDate: string | undefined;
}

/** Asks the API for its models. The result is `undefined` without a key, or when the API does not answer with a list. */
export type ListModels = () => Promise<readonly ListedModel[] | undefined>;

/** Creates a function that asks the API at most once. */
export function createModelList(target: Target): ListModels {
  let pending: ReturnType<ListModels> | undefined;
  return () => (pending ??= fetchModels(target));
}

async function fetchModels({ api, fetch, timeoutMs }: Target): ReturnType<ListModels> {
  if (api === undefined) return undefined;
  const headers = { Authorization: `Bearer ${api.key}`, Accept: 'application/json' };
  const signal = AbortSignal.timeout(timeoutMs);
  const body: unknown = await fetch(`${api.baseUrl}/models`, { headers, redirect: 'error', signal })
    .then((response) => (response.ok ? response.json() : undefined))
    .catch(() => undefined);
  const data = isObject(body) ? body['data'] : undefined;
  if (!Array.isArray(data)) return undefined;
  return data.filter(isObject).flatMap(({ id, shutdown_date: date }) => {
    const isDate = typeof date === 'string' && /^\d{4}-\d\d-\d\d/.test(date);
    return typeof id === 'string' ? [{ id, shutdownDate: isDate ? date.slice(0, 10) : undefined }] : [];
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
