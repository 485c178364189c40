import { issuePaths, liveSessionSchema } from '@realtime-session/protocol';

const session: unknown = { model: 'gpt-live-1.1', tools: [], audio: { output: { voice: 'nova' } } };
const parsed = liveSessionSchema.safeParse(session);
if (!parsed.success) {
  for (const { path, message } of issuePaths(parsed.error, session)) console.log(path, message);
  // audio.output.voice must be a voice of the Live API, …
  // tools is delegation.responses.tools in a Live session: …
}
