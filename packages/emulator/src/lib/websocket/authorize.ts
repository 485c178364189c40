import type { IncomingMessage } from 'node:http';
import type { Fault } from '../faults/catalog.ts';
import { describeCredentialProblem } from '../http/http-error.ts';
import type { CredentialProblem } from '../http/http-error.ts';
import { getBearerToken } from '../http/request.ts';
import type { SessionOrigin } from '../script/session-match.ts';
import { getOrigin, redeemToken } from '../realtime/run-session.ts';
import type { EmulatorContext } from '../state/context.ts';
import { checkSession } from '../state/models.ts';
import { isExposedKey } from '../state/options.ts';
import { createSessionConfig } from '../state/session-config.ts';
import type { AnySessionConfig } from '../state/translation-config.ts';

export type Authorization =
  | { readonly kind: 'accepted'; readonly session: AnySessionConfig; readonly origin: SessionOrigin }
  | {
      readonly kind: 'rejected';
      readonly code: string;
      readonly message: string;
      readonly closeCode: 3000 | 4000;
    };

const KEY_PROTOCOL = 'openai-insecure-api-key.';
const BETA_PROTOCOL = 'openai-beta.realtime-v1';

const BETA_SHAPE = {
  kind: 'rejected',
  code: 'beta_api_shape_disabled',
  message: 'The Realtime Beta API is no longer supported. Please use /v1/realtime for the GA API.',
  closeCode: 4000,
} as const;
export const TWO_TARGETS = {
  kind: 'rejected',
  code: 'invalid_value',
  message: 'Provide exactly one of model, intent and call_id.',
  closeCode: 4000,
} as const;
const MISSING_MODEL = {
  kind: 'rejected',
  code: 'missing_model',
  message: 'You must provide a model parameter.',
  closeCode: 4000,
} as const;

export type Rejection = Extract<Authorization, { kind: 'rejected' }>;

/** Authorizes an upgrade request the way the API does: the upgrade always succeeds, and errors are sent on the WebSocket. */
export function authorize(
  context: EmulatorContext,
  request: IncomingMessage,
  fault: Fault | undefined,
): Authorization {
  if (fault === 'close-3000') return rejectKey(context, 'wrong key or token');
  if (fault === 'close-4000') return BETA_SHAPE;
  const authentication = authenticate(context, request);
  if ('kind' in authentication) return authentication;
  const { credential } = authentication;
  const session = findSession(context, request, { credential, fault });
  if ('kind' in session) return session;
  return { kind: 'accepted', session, origin: getOrigin(context, request, credential) };
}

/** Returns the credential of an upgrade request if it may be valid. */
function authenticate(
  context: EmulatorContext,
  request: IncomingMessage,
): { readonly credential: string } | Rejection {
  const credential = getBearerToken(request) ?? findKey(getProtocols(request));
  if (credential === undefined) return rejectKey(context, 'missing');
  if (isExposedKey(context.settings, credential)) return rejectKey(context, 'real key');
  if (isBetaRequest(request)) return BETA_SHAPE;
  return { credential };
}

/** Authenticates a request for an existing call. */
export function authenticateForCall(
  context: EmulatorContext,
  request: IncomingMessage,
): { readonly credential: string } | Rejection {
  const authentication = authenticate(context, request);
  if ('kind' in authentication) return authentication;
  const { credential } = authentication;
  const isKnown =
    context.settings.apiKeys.includes(credential) || context.tokens.get(credential) !== undefined;
  return isKnown ? authentication : rejectKey(context, 'wrong key or token');
}

function rejectKey({ settings }: EmulatorContext, problem: CredentialProblem): Rejection {
  return {
    kind: 'rejected',
    code: 'invalid_api_key',
    message: describeCredentialProblem(settings.apiKeys[0], problem),
    closeCode: 3000,
  };
}

/** The session of a token, or the one that a request with an API key asks for. */
function findSession(
  context: EmulatorContext,
  request: IncomingMessage,
  { credential, fault }: { readonly credential: string; readonly fault: Fault | undefined },
): AnySessionConfig | Rejection {
  const minted = redeemToken(context, credential, fault === 'token-used' ? fault : undefined);
  if (minted !== undefined) return minted;
  return context.settings.apiKeys.includes(credential)
    ? configureSession(context, request)
    : rejectKey(context, 'wrong key or token');
}

function getProtocols(request: IncomingMessage): string[] {
  return (request.headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
}

function findKey(protocols: readonly string[]): string | undefined {
  return protocols.find((protocol) => protocol.startsWith(KEY_PROTOCOL))?.slice(KEY_PROTOCOL.length);
}

function isBetaRequest(request: IncomingMessage): boolean {
  const header = String(request.headers['openai-beta'] ?? '');
  return /\brealtime=v1\b/.test(header) || getProtocols(request).includes(BETA_PROTOCOL);
}

/** A connection with an API key names its model or its intent in the query. */
function configureSession(context: EmulatorContext, request: IncomingMessage): AnySessionConfig | Rejection {
  const { createId } = context.ids;
  const query = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams;
  if (query.get('intent') === 'transcription') {
    return createSessionConfig({ type: 'transcription' }, createId);
  }
  const model = query.get('model') ?? '';
  if (model === '') return MISSING_MODEL;
  const session = { type: 'realtime', model } as const;
  const refusal = checkSession(context, session, 'flat');
  if (refusal !== undefined)
    return { kind: 'rejected', code: 'invalid_model', message: refusal.message, closeCode: 4000 };
  return createSessionConfig(session, createId);
}
