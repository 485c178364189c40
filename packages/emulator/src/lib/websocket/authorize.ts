import type { IncomingMessage } from 'node:http';
import type { Fault } from '../faults/catalog.ts';
import { getBearerToken } from '../http/request.ts';
import { redeemToken } from '../realtime/run-session.ts';
import type { EmulatorContext } from '../state/context.ts';
import { createSessionConfig } from '../state/session-config.ts';
import type { SessionConfig } from '../state/session-config.ts';

export type Authorization =
  | { readonly kind: 'accepted'; readonly session: SessionConfig }
  | {
      readonly kind: 'rejected';
      readonly code: string;
      readonly message: string;
      readonly closeCode: 3000 | 4000;
    };

const KEY_PROTOCOL = 'openai-insecure-api-key.';
const BETA_PROTOCOL = 'openai-beta.realtime-v1';

const INVALID_KEY = {
  kind: 'rejected',
  code: 'invalid_api_key',
  message: 'Incorrect API key provided.',
  closeCode: 3000,
} as const;
const BETA_SHAPE = {
  kind: 'rejected',
  code: 'beta_api_shape_disabled',
  message: 'The Realtime Beta API is no longer supported. Please use /v1/realtime for the GA API.',
  closeCode: 4000,
} as const;
const MISSING_MODEL = {
  kind: 'rejected',
  code: 'missing_model',
  message: 'You must provide a model parameter.',
  closeCode: 4000,
} as const;

/** Authorizes an upgrade request the way the API does: the upgrade always succeeds, and errors are sent on the WebSocket. */
export function authorize(
  context: EmulatorContext,
  request: IncomingMessage,
  fault: Fault | undefined,
): Authorization {
  if (fault === 'close-3000') return INVALID_KEY;
  if (fault === 'close-4000') return BETA_SHAPE;
  const protocols = getProtocols(request);
  const credential = getBearerToken(request) ?? findKey(protocols);
  if (credential === undefined) return INVALID_KEY;
  if (isBetaRequest(request, protocols)) return BETA_SHAPE;
  const minted = redeemToken(context, credential, fault === 'token-used' ? fault : undefined);
  if (minted !== undefined) return { kind: 'accepted', session: minted };
  if (!context.settings.apiKeys.includes(credential)) return INVALID_KEY;
  return configureSession(request);
}

function getProtocols(request: IncomingMessage): string[] {
  return (request.headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
}

function findKey(protocols: readonly string[]): string | undefined {
  return protocols.find((protocol) => protocol.startsWith(KEY_PROTOCOL))?.slice(KEY_PROTOCOL.length);
}

function isBetaRequest(request: IncomingMessage, protocols: readonly string[]): boolean {
  return (
    /\brealtime=v1\b/.test(String(request.headers['openai-beta'] ?? '')) || protocols.includes(BETA_PROTOCOL)
  );
}

/** A connection with an API key names its model or its intent in the query. */
function configureSession(request: IncomingMessage): Authorization {
  const query = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams;
  if (query.get('intent') === 'transcription') {
    return { kind: 'accepted', session: createSessionConfig({ type: 'transcription' }) };
  }
  const model = query.get('model') ?? '';
  if (model === '') return MISSING_MODEL;
  return { kind: 'accepted', session: createSessionConfig({ type: 'realtime', model }) };
}
