import { createCallHandler } from '@realtime-session/server/calls';
import { currentUser } from './users';

export const calls = createCallHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => currentUser(request),
  session: { model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant.' },
  onCall(call) {
    call.send({
      type: 'session.update',
      session: { type: 'realtime', instructions: `You are talking to ${call.principal.id}.` },
    });
    // The assistant speaks first, unless another process already started the conversation.
    if (call.resumed === 'no') call.send({ type: 'response.create' });
    call.on((event) => {
      if (event['type'] === 'input_audio_buffer.speech_started') console.log(call.id, 'the user speaks');
    });
  },
});
