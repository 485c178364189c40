export type {
  AbortedEvent,
  AuditEvent,
  AuditEventBase,
  CallCreatedEvent,
  CallHeartbeatEvent,
  CallHungUpEvent,
  FailedEvent,
  MintedEvent,
  PreflightEvent,
  RefusedEvent,
} from './lib/audit-events.ts';
export type { EventAddress } from './lib/address.ts';
export { createSessionHandler, type SessionHandler } from './lib/create-session-handler.ts';
export type { KnownFields, KnownResult } from './lib/known-fields.ts';
export type { DrainOptions, HandlerState } from './lib/lifecycle.ts';
export type { Limiter, LimitResult, Rate } from './lib/limit/limiter.ts';
export { memoryLimiter, type MemoryLimiterOptions } from './lib/limit/memory.ts';
export type {
  ApiKey,
  Awaitable,
  CheckedSessionSource,
  LimiterFailure,
  Limits,
  SessionHandlerOptions,
  SessionParamsFor,
  SessionResult,
  SessionSource,
  UnknownFields,
} from './lib/options.ts';
export type { StandardIssue, StandardResult, StandardSchema } from './lib/policy/client.ts';
export type { FlatSessionParams, SessionParams, TranslationSessionParams } from './lib/policy/params.ts';
export type { Problem, ProblemCode } from './lib/problem.ts';
export type { HandlerContext, Principal, RequestContext } from './lib/request-context.ts';
export { consoleReporter, type ConsoleReporterOptions, type ReporterConsole } from './lib/report.ts';
export type { RequestHandler } from './lib/request-handler.ts';
export { bearerToken } from './lib/request/bearer-token.ts';
export type { ResponseFormat } from './lib/response.ts';
export type {
  TranslationHandlerOptions,
  TranslationSessionParamsFor,
  TranslationSessionResult,
  TranslationSessionSource,
} from './lib/translation-options.ts';
export { azure, compatible, openai, openaiTranslations } from './lib/upstream/providers.ts';
export type {
  AzureOptions,
  CompatibleOptions,
  GatewayOptions,
  OpenAiOptions,
  TranslationUpstream,
  Upstream,
  UpstreamApi,
} from './lib/upstream/providers.ts';
