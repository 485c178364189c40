export type { Issuer } from './lib/issuers/issuer.ts';
export {
  assemblyai,
  azure,
  cartesia,
  chatKit,
  deepgram,
  elevenlabsSingleUse,
  hume,
  openai,
  soniox,
  speechmatics,
  vercelGateway,
  xai,
} from './lib/issuers/issuers.ts';
export { elevenlabsConversation, elevenlabsSignedUrl } from './lib/issuers/elevenlabs.ts';
export { aiSdk, tanstackAi, type AiSdkSession, type TanStackAiSession } from './lib/issuers/frameworks.ts';
export { gemini } from './lib/issuers/gemini.ts';
export { livekit, type LiveKitSession } from './lib/issuers/livekit.ts';
