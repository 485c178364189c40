export { openaiRealtime } from '@tanstack/ai-openai';
export { useRealtimeChat } from '@tanstack/ai-react';
