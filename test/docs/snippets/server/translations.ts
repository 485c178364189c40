import { createSessionHandler, openaiTranslations } from '@realtime-session/server';
import { currentUser } from './users';

export const POST = createSessionHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => currentUser(request),
  upstream: openaiTranslations(),
  session: {
    model: 'gpt-realtime-translate',
    audio: { input: { transcription: { model: 'gpt-realtime-whisper' } } },
  },
  allow: ['audio.output.language'], // what a page may set
});
