import type { IncomingMessage } from 'node:http';
import { bearer } from '../credentials/bearer.ts';
import type { EmulatorContext } from '../emulator/emulator-context.ts';
import type { Fault } from '../faults/fault.ts';
import { redeem } from '../sessions/fate.ts';
import { effectiveSession } from '../session/effective-session.ts';
import type { EffectiveSession } from '../session/effective-session.ts';

/** Whether a connection may have a session: the session, or why not and with which close code. */
export type Admission =
  | { readonly kind: 'admitted'; readonly session: EffectiveSession }
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly message: string;
      readonly closeCode: 3000 | 4000;
    };

const KEY_PROTOCOL = 'openai-insecure-api-key.';
const BETA_PROTOCOL = 'openai-beta.realtime-v1';

const INVALID_KEY = {
  kind: 'refused',
  code: 'invalid_api_key',
  message: 'Incorrect API key provided.',
  closeCode: 3000,
} as const;
const BETA_SHAPE = {
  kind: 'refused',
  code: 'beta_api_shape_disabled',
  message: 'The Realtime Beta API is no longer supported. Please use /v1/realtime for the GA API.',
  closeCode: 4000,
} as const;
const MISSING_MODEL = {
  kind: 'refused',
  code: 'missing_model',
  message: 'You must provide a model parameter.',
  closeCode: 4000,
} as const;

/**
 * Judges an upgrade request the way the API does: the upgrade itself always succeeds, refusals come in-band.
 *
 * @param context - The emulator.
 * @param request - The upgrade request.
 * @param fault - The fault it met, if there is one.
 */
export function admit(
  context: EmulatorContext,
  request: IncomingMessage,
  fault: Fault | undefined,
): Admission {
  if (fault === 'close-3000') return INVALID_KEY;
  if (fault === 'close-4000') return BETA_SHAPE;
  const protocols = offeredProtocols(request);
  const credential = bearer(request.headers.authorization) ?? keyProtocol(protocols);
  if (credential === undefined) return INVALID_KEY;
  if (asksForBeta(request, protocols)) return BETA_SHAPE;
  const minted = redeem(context, credential, fault === 'token-used' ? fault : undefined);
  if (minted !== undefined) return { kind: 'admitted', session: minted };
  if (!context.settings.apiKeys.includes(credential)) return INVALID_KEY;
  return unboundSession(request);
}

function offeredProtocols(request: IncomingMessage): string[] {
  return (request.headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
}

function keyProtocol(protocols: readonly string[]): string | undefined {
  return protocols.find((protocol) => protocol.startsWith(KEY_PROTOCOL))?.slice(KEY_PROTOCOL.length);
}

function asksForBeta(request: IncomingMessage, protocols: readonly string[]): boolean {
  return (
    /\brealtime=v1\b/.test(String(request.headers['openai-beta'] ?? '')) || protocols.includes(BETA_PROTOCOL)
  );
}

function unboundSession(request: IncomingMessage): Admission {
  const query = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams;
  if (query.get('intent') === 'transcription') {
    return { kind: 'admitted', session: effectiveSession({ type: 'transcription' }) };
  }
  const model = query.get('model') ?? '';
  if (model === '') return MISSING_MODEL;
  return { kind: 'admitted', session: effectiveSession({ type: 'realtime', model }) };
}
