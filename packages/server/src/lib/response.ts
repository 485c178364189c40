import { toSessionResponse } from '@realtime-session/protocol';
import { ProblemError, problemHeaders, toProblem } from './problem.ts';
import type { RequestState } from './request-context.ts';
import type { Minted } from './upstream/parse.ts';
import { isRecord } from './validate.ts';
import type { UnknownRecord } from './validate.ts';

/** Format of the response: that of the live call, or that of the documented `sessions` call. */
export type ResponseFormat = 'client_secret' | 'session';

/** The parts of the configuration that shape responses. */
export interface ResponseConfig {
  /** Allowed origins in addition to the same origin. */
  readonly origins: ReadonlySet<string>;
  readonly responseFormat: ResponseFormat;
  /** Dotted paths of session fields that the browser may see. */
  readonly expose: readonly string[];
}

const SEGMENT = /^[a-z][a-z\d_]*$/i;
const forbiddenSegments: ReadonlySet<string> = new Set(['client_secret', 'constructor', 'prototype']);
const alwaysExposed = ['id', 'object', 'type', 'model'] as const;

/** The fields of a function tool that the browser may see. */
const functionToolFields: ReadonlySet<string> = new Set(['type', 'name', 'description', 'parameters']);

/** The fields of an MCP server that the browser may see. Not its address, because many servers have their key in it. */
const mcpToolFields: ReadonlySet<string> = new Set([
  'type',
  'server_label',
  'server_description',
  'allowed_tools',
  'require_approval',
]);

/**
 * Checks the dotted paths of `expose` when the handler is created.
 *
 * @throws TypeError If a path is malformed or names the token.
 */
export function checkExpose(paths: readonly string[]): readonly string[] {
  for (const path of paths) {
    const segments = path.split('.');
    if (!segments.every((segment) => SEGMENT.test(segment) && !forbiddenSegments.has(segment))) {
      throw new TypeError(
        `expose: "${path}" cannot be exposed; list session fields such as "audio.output.voice".`,
      );
    }
  }
  return paths;
}

function redactTool(tool: UnknownRecord): UnknownRecord {
  const isFunction = tool['type'] === undefined || tool['type'] === 'function';
  const fields = isFunction ? functionToolFields : mcpToolFields;
  return Object.fromEntries(Object.entries(tool).filter(([key]) => fields.has(key)));
}

function readPath(source: UnknownRecord, segments: readonly string[]): unknown {
  if (segments[0] === 'tools') {
    const { tools } = source;
    return segments.length === 1 && Array.isArray(tools) ? tools.filter(isRecord).map(redactTool) : undefined;
  }
  return segments.reduce<unknown>(
    (value, segment) => (isRecord(value) && Object.hasOwn(value, segment) ? value[segment] : undefined),
    source,
  );
}

function setPath(target: Record<string, unknown>, segments: readonly string[], value: unknown): void {
  const [head = '', ...rest] = segments;
  if (rest.length === 0) {
    target[head] = value;
    return;
  }
  const current = target[head];
  const next: Record<string, unknown> = isRecord(current) ? { ...current } : {};
  setPath(next, rest, value);
  target[head] = next;
}

/** Copies the listed fields of a session and nothing else. */
function pickFields(session: UnknownRecord, paths: readonly string[]): UnknownRecord {
  const picked: Record<string, unknown> = {};
  for (const path of paths) {
    const segments = path.split('.');
    const value = readPath(session, segments);
    if (value !== undefined) setPath(picked, segments, value);
  }
  return picked;
}

function mintedBody(minted: Minted, { responseFormat, expose }: ResponseConfig): UnknownRecord {
  const { response, expiresInSeconds: expires_in } = minted;
  const { value, expires_at } = response;
  const fields = [...alwaysExposed, ...expose];
  switch (responseFormat) {
    case 'client_secret':
      return { value, expires_at, expires_in, session: pickFields(response.session, fields) };
    case 'session':
      return {
        ...pickFields(toSessionResponse(response), fields),
        client_secret: { value, expires_at, expires_in },
      };
  }
}

/** The headers of every response: never cached, never sniffed, specific to the caller. */
function baseHeaders(requestId: string): Record<string, string> {
  return {
    'Cache-Control': 'no-store',
    Pragma: 'no-cache',
    'X-Content-Type-Options': 'nosniff',
    Vary: 'Origin, Sec-Fetch-Site, Cookie, Authorization',
    'X-Request-Id': requestId,
  };
}

/** Lets pages of allowed origins read the response. The origin is echoed only if it is in the list. */
function corsHeaders(request: Request, origins: ReadonlySet<string>): Record<string, string> {
  const origin = request.headers.get('origin');
  if (origin === null || !origins.has(origin)) return {};
  return {
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Credentials': 'true',
    // `Date` lets the token manager correct for clock skew.
    'Access-Control-Expose-Headers': 'Date, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id',
  };
}

/** The response with the token, its expiry and the exposed fields of the session. Everything else stays on the server. */
export function mintedResponse(
  minted: Minted,
  config: ResponseConfig,
  { request, audit }: RequestState,
): Response {
  const headers = {
    ...baseHeaders(audit.requestId),
    ...corsHeaders(request, config.origins),
    'Content-Type': 'application/json',
  };
  return new Response(JSON.stringify(mintedBody(minted, config)), { headers });
}

export function problemResponse(
  error: ProblemError,
  { origins }: ResponseConfig,
  { request, audit }: RequestState,
): Response {
  const problem = toProblem(error, audit.requestId);
  const headers = {
    ...baseHeaders(audit.requestId),
    ...corsHeaders(request, origins),
    ...problemHeaders(error, request.headers),
  };
  const body = request.method === 'HEAD' ? null : JSON.stringify(problem);
  return new Response(body, { status: problem.status, headers });
}

/** The response if the request could not even be read, for example because the clock throws. */
export function internalErrorResponse(): Response {
  const requestId = crypto.randomUUID();
  const problem = toProblem(new ProblemError('internal_error'), requestId);
  const headers = { ...baseHeaders(requestId), 'Content-Type': 'application/problem+json' };
  return new Response(JSON.stringify(problem), { status: problem.status, headers });
}

/** The response to `OPTIONS`. Pages of other origins get no permission unless their origin is allowed. */
export function preflightResponse({ origins }: ResponseConfig, { request, audit }: RequestState): Response {
  const cors = corsHeaders(request, origins);
  const permission = {
    'Access-Control-Allow-Methods': 'POST',
    'Access-Control-Allow-Headers': 'authorization, content-type, x-csrf-token, x-requested-with',
    'Access-Control-Max-Age': '600',
  };
  const isAllowed = Object.keys(cors).length > 0;
  const headers = {
    ...baseHeaders(audit.requestId),
    Allow: 'POST, OPTIONS',
    ...cors,
    ...(isAllowed ? permission : {}),
  };
  return new Response(null, { status: 204, headers });
}
