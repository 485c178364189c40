import { readApiError } from '@realtime-session/protocol';
import type { ApiErrorDetail } from '@realtime-session/protocol';

/** The harmless parts of an upstream answer, for the audit event. */
export interface LastUpstreamAnswer {
  /** HTTP status. */
  readonly status: number;
  /** `x-request-id`. */
  readonly requestId: string | undefined;
  /** Error code, in lower snake case. */
  readonly code: string | undefined;
  /** Path of the parameter at fault. */
  readonly param: string | undefined;
}

const REQUEST_ID = /^[\w-]{1,128}$/;
const CODE = /^[a-z][a-z\d_.]{0,63}$/;
const PARAM = /^[a-z][a-z\d_]*(?:\.[a-z\d_]+|\[\d+\])*$/;
const FRAGMENT = 8;

/** Whether a text repeats a piece of a secret, as some gateways do in their errors. */
function repeats(text: string, secret: string): boolean {
  for (let start = 0; start + FRAGMENT <= secret.length; start += 1) {
    if (text.includes(secret.slice(start, start + FRAGMENT))) return true;
  }
  return false;
}

function clean(text: string | null | undefined, shape: RegExp, secret: string): string | undefined {
  return typeof text === 'string' && shape.test(text) && !repeats(text, secret) ? text : undefined;
}

/** Reads an error body; anything that is none says nothing. */
export function errorDetail(bytes: Uint8Array): ApiErrorDetail {
  try {
    return readApiError(JSON.parse(new TextDecoder().decode(bytes))) ?? {};
  } catch {
    return {};
  }
}

/**
 * Notes what an upstream answered, without its prose and without anything that resembles the API key.
 *
 * @param response - The answer.
 * @param detail - What its error body says.
 * @param apiKey - The secret to keep out.
 */
export function lastAnswer(response: Response, detail: ApiErrorDetail, apiKey: string): LastUpstreamAnswer {
  return {
    status: response.status,
    requestId: clean(response.headers.get('x-request-id'), REQUEST_ID, apiKey),
    code: clean(detail.code, CODE, apiKey),
    param: clean(detail.param, PARAM, apiKey),
  };
}
