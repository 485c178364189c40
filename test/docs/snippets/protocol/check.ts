import { issuePaths, sessionCreateRequestSchema } from '@realtime-session/protocol';

const body: unknown = { model: 'gpt-realtime-2.1', temperature: 2, hats: 1 };
const parsed = sessionCreateRequestSchema.safeParse(body);
if (!parsed.success) {
  for (const { path, message } of issuePaths(parsed.error, body)) console.log(path, message);
  // temperature must be at most 1.2
  // hats unknown parameter
}
