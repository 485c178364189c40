export { createTokenManager } from './lib/manager/create-token-manager.ts';
export type { LeadOptions, RetryOptions, TokenManagerOptions } from './lib/manager/options.ts';
export type {
  GetTokenOptions,
  TokenManager,
  TokenStateReader,
  WithTokenOptions,
} from './lib/manager/token-manager.ts';
export { endpoint, type EndpointOptions } from './lib/source/endpoint.ts';
export { literal } from './lib/source/literal.ts';
export type { RefreshReason, TokenFetcher, TokenRequest } from './lib/source/token-fetcher.ts';
export { TokenError, type TokenErrorCode, type TokenErrorInit } from './lib/errors/token-error.ts';
export type { TokenEvent } from './lib/state/token-event.ts';
export type {
  DisposedState,
  ExpirySource,
  FailedState,
  IdleState,
  LoadingState,
  ReadyState,
  TokenState,
} from './lib/state/token-state.ts';
export type { EphemeralToken, SessionInfo } from './lib/token/ephemeral-token.ts';
export type { ParsedToken, TokenParser } from './lib/token/parsed-token.ts';
export type { StandardIssue, StandardResult, StandardSchema } from './lib/token/standard-schema.ts';
export type { Clock } from './lib/time/clock.ts';
export type { Environment, EnvironmentChange } from './lib/environment/environment.ts';
