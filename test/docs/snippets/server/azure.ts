import { azure, createSessionHandler } from '@realtime-session/server';
import { currentUser } from './users';

export const POST = createSessionHandler({
  apiKey: process.env.AZURE_OPENAI_API_KEY,
  authorize: (request) => currentUser(request),
  session: { model: 'my-deployment' },
  upstream: azure({ endpoint: 'https://my-resource.openai.azure.com' }),
});
