export interface FoundToken {
  /** Never printed. */
  readonly value: string;
  /** `expires_at` or `expiresAt`. */
  readonly expiresAt: unknown;
  /** `expires_in` or `expiresIn`. */
  readonly expiresIn: unknown;
}

export type ResponseBody =
  | { readonly kind: 'token'; readonly token: FoundToken; readonly json: unknown }
  /** A token where clients do not look. */
  | { readonly kind: 'misplaced-token'; readonly json: unknown }
  /** An object with an `error` field. */
  | { readonly kind: 'error'; readonly json: unknown }
  | { readonly kind: 'html' }
  | { readonly kind: 'other' };

const EPHEMERAL_TOKEN = /\bek_[\w-]{8,}/;

/** Also matches keys with a masked middle, as error messages show them. */
const STANDING_KEY = /(?<![\w-])sk-[\w*.-]{4,}/;

const UPSTREAM_HEADER = /^(?:openai-(?:organization|project|processing-ms|version)|x-ratelimit-.*)$/i;

/** Session fields that must stay on the server. */
const privateFields: ReadonlyMap<string, string> = new Map([
  ['instructions', 'the instructions of the session'],
  ['prompt', 'the prompt of the session'],
  ['tools', 'the tools of the session'],
  ['authorization', 'the credentials of a tool'],
]);

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function tokenIn(holder: Readonly<Record<string, unknown>>): FoundToken | undefined {
  const value = holder['value'] ?? holder['token'];
  if (typeof value !== 'string' || value === '') return undefined;
  return {
    value,
    expiresAt: holder['expires_at'] ?? holder['expiresAt'],
    expiresIn: holder['expires_in'] ?? holder['expiresIn'],
  };
}

/** Looks where `endpoint()` and the official clients look: `value`, `client_secret.value`, or the whole body. */
function findToken(json: unknown): FoundToken | undefined {
  if (typeof json === 'string' && json !== '') {
    return { value: json, expiresAt: undefined, expiresIn: undefined };
  }
  if (!isObject(json)) return undefined;
  const secret = json['client_secret'];
  return isObject(secret) ? tokenIn(secret) : tokenIn(json);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function parseResponseBody(text: string): ResponseBody {
  const json = parseJson(text);
  const token = findToken(json);
  if (token !== undefined) return { kind: 'token', token, json };
  if (EPHEMERAL_TOKEN.test(text)) return { kind: 'misplaced-token', json };
  if (isObject(json) && 'error' in json) return { kind: 'error', json };
  return /^\s*<(?:!doctype|html|head|body)/i.test(text) ? { kind: 'html' } : { kind: 'other' };
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  );
}

function privateFieldsIn(json: unknown): string[] {
  if (Array.isArray(json)) return json.flatMap(privateFieldsIn);
  if (!isObject(json)) return [];
  return Object.entries(json).flatMap(([key, value]) => {
    const label = isEmpty(value) ? undefined : privateFields.get(key);
    return [...(label === undefined ? [] : [label]), ...privateFieldsIn(value)];
  });
}

/** Names what a response exposes that must stay on the server. Never quotes it. */
export function findLeaks(response: {
  readonly headers: Headers;
  readonly text: string;
  readonly body: ResponseBody;
}): string[] {
  const { headers, text, body } = response;
  const headerText = [...headers].map((header) => header.join(': ')).join('\n');
  const hasKey = STANDING_KEY.test(text) || STANDING_KEY.test(headerText);
  const hasUpstreamHeader =
    [...headers.keys()].some((name) => UPSTREAM_HEADER.test(name)) || headerText.includes('__cf_bm=');
  const leaks = [
    ...(hasKey ? ['a standing API key (sk-…), or a part of one'] : []),
    ...('json' in body ? privateFieldsIn(body.json) : []),
    ...(hasUpstreamHeader ? ['headers of the upstream'] : []),
  ];
  return [...new Set(leaks)];
}
