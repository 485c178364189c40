import { talkWithAiSdk } from './ai-sdk.ts';
import { callWithOpus } from './opus.ts';
import { talkWithLive } from './live.ts';
import { talkWithAgents, talkWithKhavee, talkWithOpenAi, talkWithTanStack } from './webrtc.ts';

/** What tests call in a page. Each function holds a conversation and returns what it exercised. */
const clients = {
  callWithOpus,
  talkWithAgents,
  talkWithAiSdk,
  talkWithKhavee,
  talkWithLive,
  talkWithOpenAi,
  talkWithTanStack,
};

export type PageClients = typeof clients;

Object.assign(globalThis, { clients });
