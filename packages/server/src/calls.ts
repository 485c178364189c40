export { createCallHandler, type CallHandler, type CloseOptions } from './lib/calls/create-call-handler.ts';
export { callEndReasons, type CallEndReason } from './lib/calls/call-end.ts';
export type {
  CallDegradedEvent,
  CallEndedEvent,
  CallEndFailedEvent,
  CallEvent,
  CallEventBase,
  CallLimitNearEvent,
  CallLostEvent,
  CallPageUpdateEvent,
  CallResumedEvent,
  CallStartedEvent,
  CallToolFailedEvent,
  CallTranscriptEvent,
  CallUnpricedEvent,
  CallUnreachableEvent,
  CallUsageEvent,
  CallUsageGapEvent,
} from './lib/calls/call-events.ts';
export type {
  Call,
  CallBudget,
  CallClock,
  CallCost,
  CallHandlerOptions,
  CallLimits,
  CallSessionParams,
  CallSessionResult,
  CallSessionSource,
  CallTool,
  CheckedCallSessionSource,
  ToolContext,
} from './lib/calls/call-options.ts';
export type {
  CallSelector,
  CallStore,
  CallUsage,
  EndedCall,
  Lease,
  Reservation,
  ReservedBudget,
  ReserveResult,
  Spend,
  SpendResult,
  StartedCall,
  StoredCall,
} from './lib/calls/call-store.ts';
export type { SweepResult } from './lib/calls/call-service.ts';
export type { BillableUsage, CallUpstream } from './lib/calls/call-upstream.ts';
export {
  azureLive,
  openaiLive,
  type AzureLiveOptions,
  type LiveOptions,
  type OpenAiLiveOptions,
} from './lib/calls/live-calls.ts';
export { memoryCallStore, type MemoryCallStoreOptions } from './lib/calls/memory-call-store.ts';
export type { PageEvents } from './lib/calls/page-events.ts';
export {
  openaiPrices,
  PRICES_READ_ON,
  type MinutePrice,
  type OpenAiPricesOptions,
  type TokenPrice,
  type TokenPrices,
} from './lib/calls/prices.ts';
export {
  azureCalls,
  openaiCalls,
  type AzureCallsOptions,
  type OpenAiCallsOptions,
  type PageUpdateOptions,
} from './lib/calls/realtime-calls.ts';
export { redisCallStore, type RedisCallStoreOptions } from './lib/calls/redis-call-store.ts';
export type {
  IoRedisClient,
  NodeRedisClient,
  NodeRedisScriptOptions,
  RedisClient,
} from './lib/calls/redis-client.ts';
