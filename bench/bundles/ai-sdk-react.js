export { experimental_useRealtime } from '@ai-sdk/react';
