import { toClientSecretRequest, toSessionRequest } from '@realtime-session/protocol';
import type { UpstreamCall } from '../upstream/upstream.ts';
import type { ParsedParams } from './parse-params.ts';

/** Session parameters in the words of one call. */
export interface TranslatedParams {
  /** The parameters. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Paths of those the call has no word for, such as `temperature`. */
  readonly dropped: readonly string[];
}

/**
 * Says session parameters in the words of the call the upstream speaks.
 *
 * @throws TranscriptionNotExpressibleError for a transcription session and the `sessions` call.
 */
export function forUpstream(parsed: ParsedParams, call: UpstreamCall): TranslatedParams {
  switch (call) {
    case 'client_secrets': {
      if (parsed.generation === 'nested') return { params: parsed.params, dropped: [] };
      const { request, dropped } = toClientSecretRequest(parsed.params);
      return { params: { ...request.session }, dropped };
    }
    case 'sessions': {
      if (parsed.generation === 'flat') return { params: parsed.params, dropped: [] };
      const { request, dropped } = toSessionRequest({ session: parsed.params });
      return { params: request, dropped };
    }
  }
}
