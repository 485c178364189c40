export { RealtimeAgent, RealtimeSession } from '@openai/agents-realtime';
