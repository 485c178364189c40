export { OpenAIRealtimeWebRTC } from '@openai/agents-realtime';
