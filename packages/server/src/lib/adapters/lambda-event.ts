/** Values by name; what a client did not send is missing, `null` or `undefined`. */
type Fields<Value> = Readonly<Record<string, Value | undefined>> | null | undefined;

/** What is needed of an HTTP event of API Gateway (payload 1.0 and 2.0) or a function URL. */
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
  /** Headers; in payload 1.0 only the last of several. */
  readonly headers: Fields<string>;
  /** All headers, in payload 1.0. */
  readonly multiValueHeaders?: Fields<readonly string[]>;
  /** Cookies, which payload 2.0 takes out of the headers. */
  readonly cookies?: readonly string[] | undefined;
  /** Body. */
  readonly body?: string | null | undefined;
  /** Whether the body is in base64. */
  readonly isBase64Encoded?: boolean;
  /** Where the request came from. */
  readonly requestContext: {
    /** In payload 1.0. */
    readonly identity?: { readonly sourceIp?: string | null } | undefined;
    /** In payload 2.0. */
    readonly http?: { readonly method: string; readonly sourceIp: string } | undefined;
  };
}

/** The answer, as both payloads understand it. */
export interface LambdaHttpResult {
  /** Status. */
  statusCode: number;
  /** Headers. */
  headers: Record<string, string>;
  /** Body, as text. */
  body: string;
  /** Always false. */
  isBase64Encoded: false;
}

function headersOf({ headers, multiValueHeaders, cookies }: LambdaHttpEvent): Headers {
  const result = new Headers();
  const fields: Fields<string | readonly string[]> = multiValueHeaders ?? headers;
  for (const [name, value] of Object.entries(fields ?? {})) {
    for (const one of typeof value === 'string' ? [value] : (value ?? [])) result.append(name, one);
  }
  if (cookies !== undefined && cookies.length > 0) result.set('cookie', cookies.join('; '));
  return result;
}

function queryOf({ rawQueryString, multiValueQueryStringParameters }: LambdaHttpEvent): string {
  if (rawQueryString !== undefined) return rawQueryString;
  const query = new URLSearchParams();
  for (const [name, values] of Object.entries(multiValueQueryStringParameters ?? {})) {
    for (const value of values ?? []) query.append(name, value);
  }
  return query.toString();
}

function bytesOf({ body, isBase64Encoded }: LambdaHttpEvent): Uint8Array<ArrayBuffer> | null {
  if (body === null || body === undefined) return null;
  if (isBase64Encoded !== true) return new TextEncoder().encode(body);
  const binary = atob(body);
  // In a loop: `Uint8Array.from` calls a function for every byte.
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

/**
 * The request in web-standard words. Both gateways speak HTTPS only.
 *
 * @param event - What Lambda was called with.
 * @throws TypeError When a host, method or header is malformed.
 */
export function lambdaRequest(event: LambdaHttpEvent): Request {
  const headers = headersOf(event);
  const method = event.requestContext.http?.method ?? event.httpMethod ?? 'GET';
  // A path always begins with a slash; one that does not must not become part of the host.
  const path = (event.rawPath ?? event.path ?? '').replace(/^(?!\/)/, '/');
  const query = queryOf(event);
  const host = headers.get('host') ?? 'localhost';
  const url = `https://${host}${path}${query === '' ? '' : `?${query}`}`;
  const body = method === 'GET' || method === 'HEAD' ? null : bytesOf(event);
  return new Request(url, { method, headers, body });
}

/** The address at the other end of the connection to the gateway. */
export function lambdaPeer({ requestContext }: LambdaHttpEvent): string | undefined {
  return requestContext.http?.sourceIp ?? requestContext.identity?.sourceIp ?? undefined;
}
