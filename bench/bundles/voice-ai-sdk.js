export { openai } from '@ai-sdk/openai';
export { experimental_useRealtime } from '@ai-sdk/react';
