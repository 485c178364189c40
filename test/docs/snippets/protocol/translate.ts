import { toClientSecretRequest, toSessionRequest } from '@realtime-session/protocol';

export const live = toClientSecretRequest({ model: 'gpt-realtime-2.1', voice: 'marin', temperature: 0.8 });
// request: { session: { type: 'realtime', model: 'gpt-realtime-2.1', audio: { output: { voice: 'marin' } } } }
// dropped: ['temperature']

export const documented = toSessionRequest({
  session: { type: 'realtime', output_modalities: ['audio'], reasoning: { effort: 'low' } },
});
// request: { modalities: ['audio', 'text'] }
// dropped: ['session.reasoning']
