export type {
  AbortedEvent,
  FailedEvent,
  MintedEvent,
  PreflightEvent,
  RefusedEvent,
  AuditEvent,
  AuditEventBase,
} from './lib/audit/audit-event.ts';
export { bearerToken } from './lib/gate/bearer-token.ts';
export type { ProblemCode } from './lib/errors/problem-code.ts';
export type { Problem } from './lib/errors/problem-response.ts';
export { createSessionHandler } from './lib/handler/create-session-handler.ts';
export type { ResponseFormat } from './lib/handler/mint-answer.ts';
export type { Principal, RequestContext } from './lib/handler/principal.ts';
export type { HandlerContext, SessionHandler } from './lib/handler/session-handler.ts';
export type {
  ApiKey,
  Awaitable,
  Limits,
  LimiterFailure,
  SessionHandlerOptions,
  SessionSource,
} from './lib/handler/session-handler-options.ts';
export type { Limiter, LimitResult, Rate } from './lib/limit/limiter.ts';
export { memoryLimiter, type MemoryLimiterOptions } from './lib/limit/memory-limiter.ts';
export type { FlatSessionParams, SessionParams } from './lib/policy/session-params.ts';
export type { StandardIssue, StandardResult, StandardSchema } from './lib/policy/standard-schema.ts';
export { azure, type AzureOptions } from './lib/upstream/azure.ts';
export { compatible, type CompatibleOptions } from './lib/upstream/compatible.ts';
export { openai, type OpenAiOptions } from './lib/upstream/openai.ts';
export type { Upstream, UpstreamApi } from './lib/upstream/upstream.ts';
