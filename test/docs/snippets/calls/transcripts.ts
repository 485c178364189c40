import { consoleReporter } from '@realtime-session/server';
import { createCallHandler } from '@realtime-session/server/calls';
import { currentUser } from './users';
import { save } from './transcript-log';

const report = consoleReporter();

export const calls = createCallHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => currentUser(request),
  session: {
    type: 'realtime',
    model: 'gpt-realtime-2.1',
    // Without it, there are only transcripts of the assistant.
    audio: { input: { transcription: { model: 'gpt-transcribe' } } },
  },
  transcripts: 'events',
  onEvent(event) {
    if (event.type === 'transcript') save(event.call, `${event.role}: ${event.text}`);
    else report(event);
  },
});
