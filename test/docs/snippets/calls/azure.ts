import { azureCalls, createCallHandler } from '@realtime-session/server/calls';
import { currentUser } from './users';

export const calls = createCallHandler({
  apiKey: process.env.AZURE_OPENAI_API_KEY,
  authorize: (request) => currentUser(request),
  session: { model: 'my-deployment' },
  upstream: azureCalls({ endpoint: 'https://my-resource.openai.azure.com' }),
});
