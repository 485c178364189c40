import type { AdapterResponse } from './web.ts';

/** Values by name; a value that the client did not send is missing, `null` or `undefined`. */
type Fields<Value> = Readonly<Record<string, Value | undefined>> | null | undefined;

/** The part of an HTTP event of API Gateway (payload 1.0 and 2.0) or a function URL that is used. */
export interface LambdaHttpEvent {
  /** Method, in payload 1.0. */
  readonly httpMethod?: string;
  /** Path, in payload 1.0. */
  readonly path?: string;
  /** Path, in payload 2.0. */
  readonly rawPath?: string;
  /** Query without its question mark, in payload 2.0. */
  readonly rawQueryString?: string;
  /** Query, in payload 1.0. */
  readonly multiValueQueryStringParameters?: Fields<readonly string[]>;
  /** Headers; in payload 1.0 only the last value of each. */
  readonly headers: Fields<string>;
  /** All headers, in payload 1.0. */
  readonly multiValueHeaders?: Fields<readonly string[]>;
  /** Cookies, which payload 2.0 separates from the headers. */
  readonly cookies?: readonly string[] | undefined;
  /** Body. */
  readonly body?: string | null | undefined;
  /** Whether the body is base64-encoded. */
  readonly isBase64Encoded?: boolean;
  /** Information about the connection. */
  readonly requestContext: {
    /** In payload 1.0. */
    readonly identity?: { readonly sourceIp?: string | null } | undefined;
    /** In payload 2.0. */
    readonly http?: { readonly method: string; readonly sourceIp: string } | undefined;
  };
}

/** The response, in the format of the event's payload. */
export interface LambdaHttpResult {
  /** Status. */
  statusCode: number;
  /** Headers. */
  headers: Record<string, string>;
  /** Several cookies, in payload 2.0. */
  cookies?: string[];
  /** Several cookies, in payload 1.0. */
  multiValueHeaders?: Record<string, string[]>;
  /** Body, as text. */
  body: string;
  /** Always false. */
  isBase64Encoded: false;
}

/** Converts a response. Several cookies have a place of their own, which the two payloads name differently. */
export function toLambdaResult(
  { requestContext }: LambdaHttpEvent,
  { status, headers, body }: AdapterResponse,
): LambdaHttpResult {
  const single = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  );
  const result = {
    statusCode: status,
    headers: Object.fromEntries(single),
    body,
    isBase64Encoded: false,
  } as const;
  const cookies = headers['set-cookie'];
  if (!Array.isArray(cookies)) return result;
  return requestContext.http === undefined
    ? { ...result, multiValueHeaders: { 'set-cookie': cookies } }
    : { ...result, cookies };
}

function toHeaders({ headers, multiValueHeaders, cookies }: LambdaHttpEvent): Headers {
  const result = new Headers();
  const fields: Fields<string | readonly string[]> = multiValueHeaders ?? headers;
  for (const [name, value] of Object.entries(fields ?? {})) {
    for (const one of typeof value === 'string' ? [value] : (value ?? [])) result.append(name, one);
  }
  if (cookies !== undefined && cookies.length > 0) result.set('cookie', cookies.join('; '));
  return result;
}

function toQuery({ rawQueryString, multiValueQueryStringParameters }: LambdaHttpEvent): string {
  if (rawQueryString !== undefined) return rawQueryString;
  const query = new URLSearchParams();
  for (const [name, values] of Object.entries(multiValueQueryStringParameters ?? {})) {
    for (const value of values ?? []) query.append(name, value);
  }
  return query.toString();
}

function toBytes({ body, isBase64Encoded }: LambdaHttpEvent): Uint8Array<ArrayBuffer> | null {
  if (body === null || body === undefined) return null;
  if (isBase64Encoded !== true) return new TextEncoder().encode(body);
  const binary = atob(body);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

/**
 * Converts an event to a web-standard request. API Gateway and function URLs use HTTPS only.
 *
 * @throws TypeError If the host, the method or a header is malformed.
 */
export function toWebRequest(event: LambdaHttpEvent): Request {
  const headers = toHeaders(event);
  const method = event.requestContext.http?.method ?? event.httpMethod ?? 'GET';
  // Without a leading slash, the path would become part of the host.
  const path = (event.rawPath ?? event.path ?? '').replace(/^(?!\/)/, '/');
  const query = toQuery(event);
  const host = headers.get('host') ?? 'localhost';
  const url = `https://${host}${path}${query === '' ? '' : `?${query}`}`;
  const body = method === 'GET' || method === 'HEAD' ? null : toBytes(event);
  return new Request(url, { method, headers, body });
}

/** The address at the other end of the connection to the gateway. */
export function lambdaPeer({ requestContext }: LambdaHttpEvent): string | undefined {
  return requestContext.http?.sourceIp ?? requestContext.identity?.sourceIp ?? undefined;
}
