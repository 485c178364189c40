import { toSessionResponse } from '@realtime-session/protocol';
import type { UnknownFields } from './options.ts';
import { sessionKeys } from './policy/params.ts';
import { ProblemError } from './problem.ts';
import { problemHeaders, toProblem } from './problem-document.ts';
import type { RequestState } from './request-context.ts';
import type { Route } from './route.ts';
import type { Minted } from './upstream/parse.ts';
import type { TokenUpstream } from './upstream/providers.ts';
import { isRecord, nearestName } from './validate.ts';
import type { UnknownRecord } from './validate.ts';

/** Format of the response: that of the live call, or that of the documented `sessions` call. */
export type ResponseFormat = 'client_secret' | 'session';

/** A response before a server sends it. */
export interface ResponseData {
  readonly status: number;
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty if there is none. */
  readonly body: string;
}

/** Creates the web-standard response. */
export function toWebResponse({ status, headers, body }: ResponseData): Response {
  return new Response(body === '' ? null : body, { status, headers });
}

/** The parts of the configuration that shape every response. */
export interface ResponseConfig {
  /** Allowed origins in addition to the same origin. */
  readonly origins: ReadonlySet<string>;
  readonly route: Route;
}

/** The parts of the configuration that shape the response with a token. */
export interface MintedResponseConfig extends ResponseConfig {
  readonly responseFormat: ResponseFormat;
  /** Dotted paths of session fields that the browser may see. */
  readonly expose: readonly string[];
  readonly upstream: Pick<TokenUpstream, 'callsUrl'>;
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

/** Fields of a session in a response: its parameters, and what the API adds. */
const responseKeys: ReadonlySet<string> = new Set([...sessionKeys, ...alwaysExposed, 'expires_at']);

function checkExposedPath(path: string, unknownFields: UnknownFields): void {
  const segments = path.split('.');
  const [head = ''] = segments;
  if (!segments.every((segment) => SEGMENT.test(segment) && !forbiddenSegments.has(segment))) {
    throw new TypeError(
      `expose: "${path}" cannot be exposed; list session fields such as "audio.output.voice".`,
    );
  }
  if (unknownFields === 'pass' || responseKeys.has(head)) return;
  const nearest = nearestName(head, [...responseKeys]);
  const advice =
    nearest === undefined
      ? "Set `unknownFields: 'pass'` if the API has added it."
      : `Did you mean "${nearest}"?`;
  throw new TypeError(`expose: "${path}" is not a field of a session. ${advice}`);
}

/**
 * Checks the dotted paths of `expose` when the handler is created.
 *
 * @throws TypeError If a path is malformed, names the token, or does not start with a field of a session.
 */
export function checkExpose(paths: readonly string[], unknownFields: UnknownFields): readonly string[] {
  for (const path of paths) checkExposedPath(path, unknownFields);
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

/** The body of the response with the token, its expiry and the exposed fields of the session. Everything else stays on the server. */
export function mintedBody(
  minted: Minted,
  { responseFormat, expose, upstream }: MintedResponseConfig,
): UnknownRecord {
  const { response, expiresInSeconds: expires_in } = minted;
  const { value, expires_at } = response;
  const fields = [...alwaysExposed, ...expose];
  const { callsUrl: calls_url } = upstream;
  const address = calls_url === undefined ? {} : { calls_url };
  switch (responseFormat) {
    case 'client_secret':
      return { value, expires_at, expires_in, ...address, session: pickFields(response.session, fields) };
    case 'session':
      return {
        ...pickFields(toSessionResponse(response), fields),
        ...address,
        client_secret: { value, expires_at, expires_in },
      };
  }
}

/** The headers of every response: never cached, never sniffed, specific to the caller. */
function baseHeaders(requestId: string): Record<string, string> {
  return {
    'cache-control': 'no-store',
    pragma: 'no-cache',
    'x-content-type-options': 'nosniff',
    vary: 'Origin, Sec-Fetch-Site, Cookie, Authorization',
    'x-request-id': requestId,
  };
}

/** Lets pages of allowed origins read the response. The origin is echoed only if it is in the list. */
function corsHeaders(request: Request, { origins, route }: ResponseConfig): Record<string, string> {
  const origin = request.headers.get('origin');
  if (origin === null || !origins.has(origin)) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': route.exposedHeaders.join(', '),
  };
}

/** The value of the header `Allow`. */
function allowedMethods({ methods }: Route): string {
  return [...methods, 'OPTIONS'].join(', ');
}

/** A successful response. */
export interface Success {
  readonly status: 200 | 201 | 204;
  /** Empty with 204. */
  readonly body: string;
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

export function successResponse(
  { status, body, headers }: Success,
  config: ResponseConfig,
  { request, audit }: RequestState,
): ResponseData {
  const all = { ...baseHeaders(audit.requestId), ...corsHeaders(request, config), ...headers };
  return { status, headers: all, body };
}

export function problemResponse(
  error: ProblemError,
  config: ResponseConfig,
  { request, audit }: RequestState,
): ResponseData {
  const problem = toProblem(error, audit.requestId, config.route.titles);
  const headers = {
    ...baseHeaders(audit.requestId),
    ...corsHeaders(request, config),
    ...problemHeaders(error, request.headers, allowedMethods(config.route)),
  };
  const body = request.method === 'HEAD' ? '' : JSON.stringify(problem);
  return { status: problem.status, headers, body };
}

/** The response if the request could not even be read, for example because the clock throws. */
export function internalErrorResponse(requestId: string): ResponseData {
  const problem = toProblem(new ProblemError('internal_error'), requestId);
  const headers = { ...baseHeaders(requestId), 'content-type': 'application/problem+json' };
  return { status: problem.status, headers, body: JSON.stringify(problem) };
}

/** Ten minutes: longer than two heartbeats of any call, so that a page that is closed need not send another preflight request. */
const PREFLIGHT_MAX_AGE_SECONDS = 600;

/** The response to `OPTIONS`. Pages of other origins get no permission unless their origin is allowed. */
export function preflightResponse(config: ResponseConfig, { request, audit }: RequestState): ResponseData {
  const { route } = config;
  const cors = corsHeaders(request, config);
  const permission = {
    'access-control-allow-methods': route.methods.join(', '),
    'access-control-allow-headers': route.requestHeaders.join(', '),
    'access-control-max-age': String(PREFLIGHT_MAX_AGE_SECONDS),
  };
  const isAllowed = Object.keys(cors).length > 0;
  const headers = {
    ...baseHeaders(audit.requestId),
    allow: allowedMethods(route),
    ...cors,
    ...(isAllowed ? permission : {}),
  };
  return { status: 204, headers, body: '' };
}
