import { toClientSecretRequest, toSessionRequest } from '@realtime-session/protocol';
import type { UpstreamApi } from '../upstream/upstream.ts';
import type { ParsedParams } from './parse-params.ts';
import type { TranslatedParams } from './translated-params.ts';

/** Parameters of a conversation. */
export type ConversationParams = Exclude<ParsedParams, { readonly kind: 'transcription' }>;

/** Says the parameters of a conversation in the words of the call the upstream speaks. */
export function forUpstream(parsed: ConversationParams, call: UpstreamApi): TranslatedParams {
  switch (call) {
    case 'client_secrets': {
      if (parsed.kind === 'nested') return { params: parsed.params, dropped: [] };
      const { request, dropped } = toClientSecretRequest(parsed.params);
      return { params: { ...request.session }, dropped };
    }
    case 'sessions': {
      if (parsed.kind === 'flat') return { params: parsed.params, dropped: [] };
      const { request, dropped } = toSessionRequest({ session: parsed.params });
      return { params: request, dropped };
    }
  }
}
