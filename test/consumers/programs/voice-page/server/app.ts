import { createCallHandler, type CallHandler, type CallUpstream } from '@realtime-session/server/calls';
import { toExpressHandler } from '@realtime-session/server/express';
import express, { type Express } from 'express';

export interface AppOptions {
  readonly apiKey: string | undefined;
  /** Where calls are created. Default: OpenAI, or `OPENAI_BASE_URL`. */
  readonly upstream?: CallUpstream;
  /** The folder of the built page. */
  readonly page: string;
  /** Returns the id of the user whose session cookie has this value. */
  readonly findUser: (session: string) => string | undefined;
}

export const INSTRUCTIONS =
  'You are the voice assistant of a travel agency. Be brief. For the weather of a city, call get_weather.';

const weatherTool = {
  type: 'function' as const,
  name: 'get_weather',
  description: 'Returns the current weather in a city.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

function sessionCookie(request: Request): string | undefined {
  return /(?:^|;\s*)session=([^;]+)/.exec(request.headers.get('cookie') ?? '')?.[1];
}

/** The server of the page: it creates the calls with the API key, which never leaves it. */
export function createApp({ apiKey, upstream, page, findUser }: AppOptions): {
  app: Express;
  calls: CallHandler;
} {
  const calls = createCallHandler({
    apiKey,
    ...(upstream && { upstream }),
    authorize: (request) => {
      const id = findUser(sessionCookie(request) ?? '');
      return id === undefined ? null : { id };
    },
    session: {
      type: 'realtime',
      model: 'gpt-realtime-2.1',
      instructions: INSTRUCTIONS,
      audio: { input: { transcription: { model: 'gpt-transcribe' } } },
      tools: [weatherTool],
    },
  });
  const app = express();
  app.use('/api/realtime-call', toExpressHandler(calls));
  app.use(express.static(page));
  return { app, calls };
}
